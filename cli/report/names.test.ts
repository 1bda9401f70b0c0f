import { describe, expect, it } from "vitest";
import { upsignonPro } from "../../config/profiles/upsignon-pro";
import { leftToPeople, type NameFacts, namesOn, taskText } from "./names";

const none: NameFacts = { addressTasks: [], records: "stack" };
const outputs = (domain: string, more: object = {}) => ({
  urls: { server: `https://${domain}`, dashboard: `https://${domain}/admin` },
  ...more,
});
const previous = (name: string, until = "2026-12-31") => ({ previous: [{ service: "server", name, until }] });
const on = (before: object, after: object | undefined, facts = none) =>
  namesOn({ outputs: { before: { ...before }, after: after && { ...after } } }, facts);

describe("what happens to names", () => {
  it("is nothing where they stay, on a first install, and where the program failed", () => {
    const nothing = { names: [], tasks: [], records: [] };
    const facts: NameFacts = { ...none, records: "people" };
    expect(on(outputs("a.example.com"), outputs("a.example.com"), facts)).toEqual(nothing);
    expect(on({}, outputs("a.example.com"), facts)).toEqual(nothing);
    expect(on(outputs("a.example.com"), undefined, facts)).toEqual(nothing);
    const kept = outputs("a.example.com", previous("old.example.com"));
    expect(on(kept, kept, facts)).toEqual(nothing);
  });

  it("is said of a move, and of the name that stays for a time", () => {
    expect(on(outputs("a.example.com"), outputs("b.example.com", previous("a.example.com"))).names).toEqual([
      "server moves from https://a.example.com to https://b.example.com",
      "dashboard moves from https://a.example.com/admin to https://b.example.com/admin",
      "a.example.com is answered until 2026-12-31",
    ]);
  });

  it("is said of a name whose date has come, and of one that is dropped", () => {
    expect(on(outputs("b.example.com", previous("a.example.com")), outputs("b.example.com")).names).toEqual([
      "a.example.com is removed, after its date 2026-12-31: no route, no certificate, no record",
    ]);
    expect(
      on(outputs("b.example.com", { aliases: ["c.example.com"] }), outputs("b.example.com")).names,
    ).toEqual(["c.example.com is removed: no route, no certificate, no record"]);
  });
});

describe("what is left to people", () => {
  it("is what the product's vendor wants, with the addresses", () => {
    const facts: NameFacts = { addressTasks: upsignonPro.addressTasks!, records: "stack" };
    const { tasks } = on(
      outputs("a.example.com"),
      outputs("b.example.com", previous("a.example.com")),
      facts,
    );
    expect(tasks.filter(({ text }) => text.includes("vendor declare"))).toEqual([
      {
        id: expect.stringMatching(/^declare-server-[0-9a-f]{6}$/) as unknown,
        when: "before",
        text: expect.stringContaining("https://b.example.com, path included") as unknown,
      },
      {
        id: expect.stringMatching(/^declare-dashboard-[0-9a-f]{6}$/) as unknown,
        when: "before",
        text: expect.stringContaining("https://b.example.com/admin, path included") as unknown,
      },
    ]);
    expect(tasks.map(({ id }) => id.replace(/-[0-9a-f]{6}$/, "")).sort()).toEqual([
      "configuration-links-server",
      "declare-dashboard",
      "declare-server",
      "redirections-server",
    ]);
    expect(tasks.map(taskText).join()).not.toMatch(/[{}]/);
  });

  it("has another name for another change, and the same for the same", () => {
    const facts: NameFacts = { addressTasks: upsignonPro.addressTasks!, records: "people" };
    const ids = (from: string, to: string) =>
      on(outputs(from), outputs(to, previous(from)), facts).tasks.map(({ id }) => id);
    expect(ids("a.example.com", "b.example.com")).toEqual(ids("a.example.com", "b.example.com"));
    const all = [...ids("a.example.com", "b.example.com"), ...ids("a.example.com", "c.example.com")];
    expect(new Set(all).size).toBe(all.length);
  });

  it("is the DNS records where nobody else makes them", () => {
    const facts: NameFacts = { ...none, records: "people" };
    expect(
      on(outputs("a.example.com"), outputs("b.example.com", previous("a.example.com")), facts).tasks,
    ).toMatchObject([{ when: "before", text: "make the DNS records of b.example.com" }]);
    expect(
      on(outputs("b.example.com", previous("a.example.com")), outputs("b.example.com"), facts).tasks,
    ).toMatchObject([{ when: "after", text: "remove the DNS records of a.example.com" }]);
  });

  it("is to make the records at which `up` looks, and to remove them without anybody's looking", () => {
    const facts: NameFacts = { ...none, records: "checked" };
    const record = (name: string) => `${name} A 203.0.113.10`;
    const kept = (...names: string[]) => ({ dnsRecords: names.map(record) });
    const [old, next] = ["a.example.com", "b.example.com"];
    const moved = outputs(next, { ...previous(old), ...kept(old, next) });
    const first = on({}, outputs(old, kept(old)), facts);
    expect(first).toEqual({ names: [], tasks: [], records: [record(old)] });
    const switched = on(outputs(old, kept(old)), moved, facts);
    // The old name's too: it leads here until its date.
    expect([switched.tasks, switched.records]).toEqual([[], [record(old), record(next)]]);
    expect(leftToPeople(switched)[1]).toContain("DNS has the record b.example.com A 203.0.113.10");
    expect(on(moved, moved, facts).records).toEqual([]);
    const ended = on(moved, outputs(next, kept(next)), facts);
    expect(ended.records).toEqual([]);
    expect(ended.tasks).toMatchObject([{ when: "after", text: "remove the DNS records of a.example.com" }]);
    expect(on(moved, undefined, facts).records).toEqual([]);
    const elsewhere = { dnsRecords: [`${old} A 203.0.113.11`] };
    expect(on(outputs(old, kept(old)), outputs(old, elsewhere), facts).records).toEqual(elsewhere.dnsRecords);
  });
});
