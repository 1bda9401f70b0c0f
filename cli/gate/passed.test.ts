import { rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Finding } from "../../policies/gate/rule";
import type { Context } from "../context";
import { findPassed, packSubject, rememberPassed } from "./passed";
import { STATE, temporaryContext } from "./testing/temporary-context";

describe("what the policies have let pass", () => {
  let folder: string;
  let context: Context;
  const write = (path: string, text: string) => writeFileSync(join(folder, path), text);
  const found = [{ rule: "dns-caa", level: "advisory" }] as Finding[];
  beforeEach(() => {
    context = temporaryContext("checkout/policies", "checkout/operations");
    folder = context.home;
    write(STATE, "{}");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is known again, with what was said about it", () => {
    const subject = packSubject(context);
    expect(findPassed(context, subject)).toBeUndefined();
    rememberPassed(context, subject!, found);
    expect(findPassed(context, packSubject(context))).toEqual(found);
    expect(statSync(join(folder, "stack/policies-passed.json")).mode & 0o777).toBe(0o600);
  });

  it.each([
    ["configuration", "Pulumi.test.yaml"],
    ["local images", "stack/images.json"],
    ["program", "checkout/index.ts"],
    ["operations", "checkout/operations/verb.ts"],
    ["policies", "checkout/policies/site.json"],
    ["state", STATE],
  ])("is not what has another %s", (_, path) => {
    rememberPassed(context, packSubject(context)!, found);
    write(path, "other");
    expect(findPassed(context, packSubject(context))).toBeUndefined();
  });

  it("is of several branches, and not of all that ever were", () => {
    const subject = packSubject(context)!;
    rememberPassed(context, subject, found);
    for (let at = 0; at < 7; at++) rememberPassed(context, { ...subject, given: `${at}` }, []);
    expect(findPassed(context, subject)).toEqual(found);
    rememberPassed(context, { ...subject, given: "7" }, []);
    expect(findPassed(context, subject)).toBeUndefined();
  });

  it.each(["", "[", "{}", "null"])("is nothing where the record holds %o", (text) => {
    write("stack/policies-passed.json", text);
    expect(findPassed(context, packSubject(context))).toBeUndefined();
  });

  it("is not known where state is elsewhere, or not there", () => {
    expect(packSubject({ ...context, backendUrl: "s3://bucket" })).toBeUndefined();
    expect(packSubject({ ...context, stack: "other" })).toBeUndefined();
    expect(findPassed(context, undefined)).toBeUndefined();
  });
});
