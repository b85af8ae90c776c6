// Runs first in the scripts of package.json, on its own: what comes next does not even link on a machine's older Node.js, and the
// person should read a sentence and not the name of a missing export.
const NEEDED = 26;

if (Number(process.versions.node.split(".", 1)[0]) < NEEDED) {
  process.stderr.write(
    `Rekey needs Node.js ${NEEDED} or newer and this is ${process.version}. ` +
      "Run `npm ci` (install scripts allowed: it brings that Node.js along), then start through npm: `npm start`, `npm test`, `npm run …`.\n",
  );
  process.exit(1);
}
