import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { exitCode } from "../../cli/exit";
import { layers } from "../run";
import { codeBlocks, codeRows, codeSpans, headings, pages, prose, root, section } from "./documents";

interface CommandLine {
  /** Words after `./strongroom`, e.g. "image build". */
  name: string;
  /** Long names of its own options. */
  options: string[];
}

/** Prints every command of the command line, without those that only group others. */
const listing = `
  const { createProgram } = require("./cli/main");
  const walk = (command, path) =>
    command.commands.length > 0
      ? command.commands.flatMap((child) => walk(child, [...path, child.name()]))
      : [{ name: path.join(" "), options: command.options.map(({ long }) => long) }];
  const program = createProgram();
  console.log(JSON.stringify({ commands: walk(program, []), options: program.options.map(({ long }) => long) }));
`;

// In a process of its own: the commands are loaded by Node's require, which the test runner does not serve.
const { commands, options } = JSON.parse(
  execFileSync(process.execPath, ["--require", "tsx/cjs", "--eval", listing], {
    cwd: root,
    encoding: "utf8",
  }),
) as { commands: CommandLine[]; options: string[] };

const page = "docs/commands.md";
const general = ["Options of every command", "Exit codes", "Environment variables"];
const documentedOptions = (heading: string) =>
  codeRows(section(page, heading)).flatMap(([cell]) =>
    codeSpans(cell!).flatMap((code) => /^--[a-z-]+/.exec(code)?.[0] ?? []),
  );

describe(page, () => {
  it("has a section for each command and for nothing else", () => {
    const sections = headings(page).filter((heading) => heading !== "Commands" && !general.includes(heading));
    expect(sections).toEqual(commands.map(({ name }) => name));
  });

  it.each(commands)("gives the options of $name, all of them and no others", ({ name, options: own }) => {
    expect(documentedOptions(name).sort()).toEqual([...own].sort());
  });

  it("gives the options of every command", () => {
    expect(documentedOptions("Options of every command").sort()).toEqual([...options, "--help"].sort());
  });

  it("gives every exit code", () => {
    const codes = [...section(page, "Exit codes").matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
    expect(codes).toEqual(Object.values(exitCode));
  });

  it("gives every layer of tests", () => {
    expect(codeSpans(section(page, "test"))).toEqual(expect.arrayContaining([...layers]));
  });
});

describe.each(pages)("%s", (page) => {
  it("calls commands and options that there are", () => {
    const calls = [...codeBlocks(page), ...codeSpans(prose(page))].flatMap((text) =>
      [...text.matchAll(/\.\/strongroom ([^\n#|&)"]*)/g)].map(([, words]) => words!.trim()),
    );
    for (const call of calls.filter((words) => /^[a-z]/.test(words))) {
      const command = commands.find(({ name }) => `${call} `.startsWith(`${name} `));
      expect(command, call).toBeDefined();
      for (const [option] of call.matchAll(/--[a-z-]+/g)) {
        expect([...command!.options, ...options], call).toContain(option);
      }
    }
  });
});
