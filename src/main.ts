import { startLean } from "./lean-start.process.ts";

const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 26) {
  console.error(`Rekey needs Node.js 26; this is ${process.versions.node}. \`npm start\` brings its own after \`npm ci\`.`);
  process.exit(1);
}

startLean();
const [{ readConfig }, { serve }] = await Promise.all([import("./config.ts"), import("./serve.ts")]);
await serve(readConfig);
