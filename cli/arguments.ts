/** The commands in the order of `--help`; each is a file of commands/. */
export const commandNames = [
  "up",
  "preview",
  "drift",
  "rehearse",
  "updates",
  "down",
  "init",
  "doctor",
  "env",
  "repair",
  "unlock",
  "image",
  "cert",
  "certs",
  "admin-link",
  "backup",
  "restore",
  "recover",
  "passphrase",
  "test",
  "bench",
] as const;

const optionsWithValue = ["--stack", "-s", "--config-file"];

/** The first word that is neither a global option nor such an option's value. */
export function commandName(args: string[]): string | undefined {
  return args.find((word, at) => !word.startsWith("-") && !optionsWithValue.includes(args[at - 1] ?? ""));
}
