import { runTool } from "./tool";

/** An age identity that lives in this process's memory for one run and is written nowhere. */
export interface OneTimeIdentity {
  identity: string;
  recipient: string;
}

/** Makes an identity by which a run can open its own backup, to prove it. */
export async function makeIdentity(): Promise<OneTimeIdentity> {
  const text = await runTool("age-keygen", []);
  const identity = /^AGE-SECRET-KEY-1[0-9A-Z]+$/m.exec(text)?.[0];
  const recipient = /age1[0-9a-z]{58}/.exec(text)?.[0];
  if (!identity || !recipient) throw new Error("age-keygen printed no key");
  return { identity, recipient };
}

/** Encrypts a file to all recipients. @throws Error naming the recipient that is none */
export async function encrypt(from: string, to: string, recipients: string[]): Promise<void> {
  await runTool("age", [
    ...recipients.flatMap((recipient) => ["--recipient", recipient]),
    "--output",
    to,
    from,
  ]);
}

/** @throws Error naming a recipient that is none, before anything depends on it */
export async function checkRecipients(recipients: string[]): Promise<void> {
  await encrypt("/dev/null", "/dev/null", recipients);
}

/** Command that decrypts a file to its stdout; the identity goes in by stdin. */
export function decryption(file: string, { identity }: Pick<OneTimeIdentity, "identity">) {
  return { command: "age", args: ["--decrypt", "--identity", "-", file], input: `${identity}\n` };
}
