/** A command as a shell completes it. */
export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  /** Long ones, with their dashes. */
  readonly options: readonly string[];
  readonly commands: readonly CompletedCommand[];
}

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** A script that completes commands and options; a file name where neither fits. Made of the very tree that is run. */
export function completionScript(shell: Shell, program: CompletedCommand): string {
  const lines = { bash, zsh, fish }[shell](program);
  return `${lines.join("\n")}\n`;
}

interface Place {
  /** "users reset"; "" for the program itself. */
  readonly path: string;
  readonly command: CompletedCommand;
}

function placesOf(command: CompletedCommand, path = ""): Place[] {
  const below = command.commands.flatMap((one) => placesOf(one, path === "" ? one.name : `${path} ${one.name}`));
  return [{ path, command }, ...below];
}

const wordsOf = ({ commands, options }: CompletedCommand) => [...commands.map(({ name }) => name), ...options];

/** The path is what was typed before the cursor, as far as it names commands. */
function walk(places: readonly Place[]): string[] {
  const groups = places.filter(({ command }) => command.commands.length > 0);
  return groups.map(({ path, command }) => {
    const names = command.commands.map(({ name }) => name).join("|");
    return `      "${path}") case "$word" in ${names}) place="${path === "" ? "" : `${path} `}$word" ;; esac ;;`;
  });
}

function bash(program: CompletedCommand): string[] {
  const places = placesOf(program);
  return [
    "# rekey: completion for bash. Load it with: source <(rekey completion bash)",
    "_rekey() {",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell fills it in, not we
    '  local word place="" current="${COMP_WORDS[COMP_CWORD]}" index',
    "  for ((index = 1; index < COMP_CWORD; index++)); do",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell fills it in, not we
    '    word="${COMP_WORDS[index]}"',
    '    case "$place" in',
    ...walk(places),
    "    esac",
    "  done",
    '  local words=""',
    '  case "$place" in',
    ...places.map(({ path, command }) => `    "${path}") words="${wordsOf(command).join(" ")}" ;;`),
    "  esac",
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    "}",
    "complete -o default -F _rekey rekey",
  ];
}

function zsh(program: CompletedCommand): string[] {
  const places = placesOf(program);
  const described = ({ commands, options }: CompletedCommand) =>
    [...commands.map(({ name, summary }) => `${name}:${summary}`), ...options].map(quoted).join(" ");
  return [
    "#compdef rekey",
    "# rekey: completion for zsh. Load it with: source <(rekey completion zsh)",
    "_rekey() {",
    '  local word place=""',
    "  local -a candidates",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell fills it in, not we
    "  for word in ${words[2,CURRENT-1]}; do",
    '    case "$place" in',
    ...walk(places),
    "    esac",
    "  done",
    '  case "$place" in',
    ...places.map(({ path, command }) => `    "${path}") candidates=(${described(command)}) ;;`),
    "  esac",
    "  _describe rekey candidates || _files",
    "}",
    'if [ "$funcstack[1]" = "_rekey" ]; then _rekey "$@"; else compdef _rekey rekey; fi',
  ];
}

function fish(program: CompletedCommand): string[] {
  const places = placesOf(program);
  const lines = places.flatMap(({ path, command }) => {
    const names = path === "" ? [] : path.split(" ");
    const inside = names.map((name) => `__fish_seen_subcommand_from ${name}`);
    const before =
      command.commands.length === 0 ? [] : [`not __fish_seen_subcommand_from ${command.commands.map(({ name }) => name).join(" ")}`];
    const when = (conditions: readonly string[]) => (conditions.length === 0 ? "" : ` -n ${quoted(conditions.join("; and "))}`);
    return [
      ...command.commands.map(
        ({ name, summary }) => `complete -c rekey -f${when([...inside, ...before])} -a ${name} -d ${quoted(summary)}`,
      ),
      ...command.options.map((option) => `complete -c rekey${when([...inside, ...before])} -l ${option.slice(2)}`),
    ];
  });
  return ["# rekey: completion for fish. Load it with: rekey completion fish | source", ...lines];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
