// Reads a Dockerfile: as much of its language as ours needs. What is not known is refused, never passed over.

/**
 * @typedef {{ name: string, base: string, steps: { instruction: string, text: string, line: number }[] }} Stage
 * @param {string} text
 * @returns {Stage[]} in their order; the last one is the image
 */
export function readDockerfile(text) {
  const stages = [];
  const values = new Map();
  for (const { instruction, text: rest, line } of instructionsOf(text)) {
    if (instruction === "ARG" && stages.length === 0) {
      const [, name, value] = /^(\w+)=(\S+)$/.exec(rest) ?? refuse(line, "an ARG here needs a value");
      values.set(name, value);
    } else if (instruction === "FROM") {
      const [, base, name] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(rest) ?? refuse(line, "FROM base AS name");
      stages.push({ name: name ?? "image", base: base.replace(/\$\{(\w+)\}/g, (_, arg) => values.get(arg)), steps: [] });
    } else {
      (stages.at(-1) ?? refuse(line, `${instruction} before FROM`)).steps.push({ instruction, text: rest, line });
    }
  }
  return stages;
}

const KNOWN = ["ARG", "CMD", "COPY", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "RUN", "STOPSIGNAL", "USER", "WORKDIR"];

function* instructionsOf(text) {
  const lines = text.split("\n");
  for (let index = 0; index < lines.length; index++) {
    const line = index + 1;
    if (/^\s*(#|$)/.test(lines[index])) continue;
    let whole = lines[index];
    // Comments between the lines of one instruction are left out, as Docker does.
    while (whole.endsWith("\\")) {
      index++;
      if (!/^\s*#/.test(lines[index] ?? "")) whole = `${whole.slice(0, -1)}${lines[index] ?? ""}`;
    }
    const [, instruction, rest] = /^\s*([A-Z]+)\s+([\s\S]*)$/.exec(whole) ?? refuse(line, "not an instruction");
    if (!KNOWN.includes(instruction)) refuse(line, `${instruction} is not known here`);
    yield { instruction, text: rest.trim(), line };
  }
}

/** `A=b C="d e"` */
export function readPairs({ text, line }) {
  const pairs = [...text.matchAll(/([\w.]+)=("[^"]*"|\S+)/g)].map(([, name, value]) => [name, value.replace(/^"|"$/g, "")]);
  return pairs.length > 0 ? Object.fromEntries(pairs) : refuse(line, "NAME=value");
}

/** `--from=stage source… target` */
export function readCopy({ text, line }) {
  const words = text.split(/\s+/);
  const options = words.filter((word) => word.startsWith("--"));
  const paths = words.filter((word) => !word.startsWith("--"));
  const from = options.map((option) => /^--from=(.+)$/.exec(option)?.[1] ?? refuse(line, `COPY ${option} is not known here`))[0];
  if (paths.length < 2 || paths.some((path) => /[*?[]/.test(path))) refuse(line, "COPY source… target, without patterns");
  return { from, sources: paths.slice(0, -1), target: paths.at(-1) };
}

/** The form without a shell: there is none in the image. */
export function readCommand({ text, line }) {
  const list = text.replace(/^(--\S+\s+)*(CMD\s+)?/, "");
  try {
    return JSON.parse(list);
  } catch {
    return refuse(line, 'a command must be ["program", "argument"]');
  }
}

function refuse(line, why) {
  throw new Error(`Dockerfile, line ${line}: ${why}.`);
}
