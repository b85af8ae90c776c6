import { readConfig } from "./config.ts";
import { serve } from "./serve.ts";

const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 26) {
  console.error(`Rekey needs Node.js 26; this is ${process.versions.node}. \`npm start\` brings its own after \`npm ci\`.`);
  process.exit(1);
}

await serve(readConfig);
