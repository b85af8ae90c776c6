import { Argument, type Command } from "commander";
import { type CompletedCommand, completionScript, SHELLS, type Shell } from "./completion-script.ts";
import { print } from "./output.process.ts";

/** `rekey completion`: a script for the shell, out of the commands that there are. */
export function addCompletion(program: Command): void {
  program
    .command("completion")
    .summary("print a script that completes commands in your shell")
    .description("Prints a script with which your shell completes the commands and options of rekey.")
    .addArgument(new Argument("<shell>", "which shell").choices(SHELLS))
    .addHelpText("after", "\nExamples:\n  source <(rekey completion bash)\n  rekey completion fish | source")
    .action((shell: Shell) => print(completionScript(shell, treeOf(program)).trimEnd()));
}

function treeOf(command: Command): CompletedCommand {
  const long = command.options.map(({ long: name }) => name).filter((name) => typeof name === "string");
  return {
    name: command.name(),
    summary: command.summary(),
    options: [...long, "--help"],
    commands: command.commands.map(treeOf),
  };
}
