import * as proxy from "@pulumi/policy/proxy.js";
import { describe, expect, it } from "vitest";
import { UNKNOWN } from "../testing/resources";
import { CannotJudge, Fields, guarded } from "./fields";

const { unknownCheckingProxy } = proxy as unknown as { unknownCheckingProxy<T>(inputs: T): T };

function fields(inputs: object) {
  const problems: string[] = [];
  return { problems, of: new Fields(unknownCheckingProxy(inputs), (problem) => problems.push(problem)) };
}

describe("Fields", () => {
  it("reads values, and nothing where nothing is given", () => {
    const { of } = fields({ text: "a", number: 3, flag: true, none: null, inner: { deep: "b" } });
    expect(of.text("text")).toBe("a");
    expect(of.text("number")).toBe("3");
    expect(of.number("number")).toBe(3);
    expect(of.flag("flag")).toBe(true);
    expect(of.fields("inner").text("deep")).toBe("b");
    expect(of.fields("missing").text("deep")).toBeUndefined();
    expect([of.text("none"), of.number("none"), of.flag("none"), of.flag("none", true)]).toEqual([
      undefined,
      undefined,
      false,
      true,
    ]);
  });

  it("says what is there", () => {
    const { of } = fields({
      text: "a",
      zero: 0,
      no: false,
      empty: "",
      none: null,
      list: [],
      full: [1],
      unknown: UNKNOWN,
    });
    expect(["text", "zero", "no", "full"].map((key) => of.has(key))).toEqual([true, true, true, true]);
    expect(["empty", "none", "list", "missing"].map((key) => of.has(key))).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(() => of.has("unknown")).toThrow(CannotJudge);
    expect([of.isUnknown("unknown"), of.isUnknown("text"), of.isUnknown("missing")]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it.each([
    ["text", (of: Fields) => of.text("x"), {}],
    ["a single value", (of: Fields) => of.text("x"), []],
    ["a number", (of: Fields) => of.number("x"), "many"],
    ["a number, but blank", (of: Fields) => of.number("x"), " "],
    ["a record", (of: Fields) => of.fields("x"), "text"],
    ["a record, but a list", (of: Fields) => of.fields("x"), []],
    ["names", (of: Fields) => of.names("x"), 3],
  ])("refuses what is not %s", (_what, read, x) => {
    expect(() => read(fields({ x }).of)).toThrow(CannotJudge);
  });

  it("refuses what is unknown, with its path", () => {
    const { of } = fields({ a: { b: UNKNOWN } });
    expect(() => of.fields("a").text("b")).toThrow(
      "`a.b` is only known after the update, so it cannot be judged",
    );
  });

  it("visits lists, and reports each element that cannot be read", () => {
    const { of, problems } = fields({ list: ["a", UNKNOWN, null, {}, "b"] });
    const seen: string[] = [];
    of.texts("list", (text, path) => seen.push(`${path} ${text}`));
    expect(seen).toEqual(["list[0] a", "list[4] b"]);
    expect(problems).toEqual([
      "`list[1]` is only known after the update, so it cannot be judged",
      "`list[3]` is not a single value, so it cannot be judged",
    ]);
  });

  it("visits records, and reports what cannot be read in each", () => {
    const { of, problems } = fields({ list: [{ x: UNKNOWN }, { x: "a" }, "no"] });
    const seen: (string | undefined)[] = [];
    of.each("list", (item, path) => seen.push(`${path} ${item.text("x")}`));
    expect(seen).toEqual(["list[1] a"]);
    expect(problems).toEqual([
      "`list[0].x` is only known after the update, so it cannot be judged",
      "`list[2]` is not a record, so it cannot be judged",
    ]);
  });

  it("visits maps, and knows the names whose values it does not", () => {
    const { of, problems } = fields({ map: { a: "1", b: UNKNOWN, c: 2 } });
    const seen: string[] = [];
    of.entries("map", (name, value, path) => seen.push(`${path} ${name} ${value}`));
    expect(seen).toEqual(["map.a a 1", "map.c c 2"]);
    expect(problems).toEqual(["`map.b` is only known after the update, so it cannot be judged"]);
    expect([of.names("map"), of.names("missing")]).toEqual([["a", "b", "c"], []]);
  });

  it("reports lists that are none or are not known", () => {
    const { of, problems } = fields({ text: "a", unknown: UNKNOWN });
    of.texts("text", () => expect.unreachable());
    of.each("unknown", () => expect.unreachable());
    of.each("missing", () => expect.unreachable());
    of.entries("unknown", () => expect.unreachable());
    expect(problems).toEqual([
      "`text` is not a list, so it cannot be judged",
      "`unknown` is only known after the update, so it cannot be judged",
      "`unknown` is only known after the update, so it cannot be judged",
    ]);
  });

  it("passes on errors that are a rule's own", () => {
    const mistake = () => {
      throw new TypeError("a mistake");
    };
    expect(() => guarded(() => {}, mistake)).toThrow(TypeError);
    expect(() => fields({ list: ["a"] }).of.texts("list", mistake)).toThrow(TypeError);
    const broken = Object.defineProperty({}, "x", { get: mistake });
    expect(() => new Fields(broken, () => {}).text("x")).toThrow(TypeError);
  });
});
