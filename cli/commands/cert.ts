import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import { Command } from "commander";
import { describeCertificate, type Description } from "../../config/certificates/describe";
import type { Finding } from "../../config/certificates/finding";
import { judgeCertificate } from "../../config/certificates/judge";
import type { CommandModule } from "../command";
import { exitCode, usageError } from "../exit";

interface Options {
  domain?: string[];
  key?: string;
  root?: string;
  minDaysLeft: string;
  json?: boolean;
}

/** A file's certificates and what is wrong with them. */
interface Checked {
  file: string;
  certificates: Description[];
  problems: Finding[];
}

export const create: CommandModule["create"] = () => {
  const cert = new Command("cert").description("certificates in files");
  cert
    .command("check")
    .description("check certificate files as a preview would, without a stack")
    .argument("<file...>", "PEM files, each a server's certificate and then its intermediates")
    .option("--domain <name...>", "names or addresses that each file's certificate must cover")
    .option("--key <file>", "its private key, PEM; for one certificate file")
    .option("--root <file>", "root of a private authority, PEM")
    .option("--min-days-left <days>", "days for which it must still be valid", "14")
    .option("--json", "print certificates and problems as JSON")
    .addHelpText(
      "after",
      `
Prints what each certificate is, then what \`preview\` and \`up\` would refuse it for. Without --domain and --key
names and key are not checked. Nothing of a key is printed. Exit code 3 when there is a problem.

Examples:
  $ ./strongroom cert check vault.pem --domain vault.example.com --key vault.key
  $ ./strongroom cert check vault.pem --root company-ca.pem --json | jq '.files[].problems'`,
    )
    .action((files: string[], options: Options) => {
      const checked = check(files, options);
      process.stdout.write(
        options.json
          ? `${JSON.stringify({ schema: 1, files: checked }, undefined, 2)}\n`
          : checked.map(format).join("\n"),
      );
      if (checked.some(({ problems }) => problems.length > 0)) process.exitCode = exitCode.refused;
    });
  return cert;
};

function check(files: string[], options: Options): Checked[] {
  if (options.key !== undefined && files.length > 1)
    throw usageError("--key: give one certificate file with it");
  const minDaysLeft = wholeDays(options.minDaysLeft);
  const domains = (options.domain ?? []).map(toName);
  const key = options.key === undefined ? {} : { key: read(options.key) };
  const root = options.root === undefined ? {} : { root: read(options.root) };
  const now = new Date();
  return files.map((file) => {
    const certificate = read(file);
    const { chain, findings } = judgeCertificate({ certificate, ...key, ...root, domains, now, minDaysLeft });
    return { file, certificates: chain.map((each) => describeCertificate(each, now)), problems: findings };
  });
}

/** Days as an option gives them. @throws CliError for anything but a whole number from 0 to 3650 */
export function wholeDays(text: string): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) > 3650)
    throw usageError(`--min-days-left ${text}: give whole days, 0 to 3650`);
  return Number(text);
}

function toName(name: string): string {
  const ascii = isIP(name) === 0 ? domainToASCII(name) : name;
  if (ascii === "") throw usageError(`--domain ${name}: is not a domain name`);
  return ascii;
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw usageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function format({ file, certificates, problems }: Checked): string {
  const lines = certificates.flatMap((each, index) => [
    `  ${index + 1}. ${each.subject || each.names[0] || "without a subject"}`,
    ...(each.names.length > 0 ? [`     names        ${each.names.join(", ")}`] : []),
    `     issuer       ${each.issuer}`,
    `     valid        ${each.notBefore.slice(0, 10)} to ${each.notAfter.slice(0, 10)}, ${each.daysLeft} days left`,
    `     key          ${each.key}, signed with ${each.signature}`,
    `     fingerprint  ${each.fingerprint}`,
  ]);
  const verdict =
    problems.length === 0
      ? ["  no problems"]
      : problems.map(({ about, reason, remedy }) => `  ${about}: ${reason}\n    remedy: ${remedy}`);
  return `${[file, ...lines, ...verdict].join("\n")}\n`;
}
