import { describe, expect, it } from "vitest";
import { stackFileSchema } from "../../config/json-schema";
import { profiles } from "../../config/profiles";
import { codeRows, codeSpans, prose, section } from "./documents";

interface Node {
  type?: string;
  default?: unknown;
  properties?: Record<string, Node>;
  additionalProperties?: Node | boolean;
  required?: string[];
  items?: Node;
  anyOf?: Node[];
  oneOf?: Node[];
}

/** A key that holds no further keys. */
interface Leaf {
  path: string;
  required: boolean;
  default?: unknown;
}

function leaves(node: Node, path: string, required = false): Leaf[] {
  const variants = [...(node.anyOf ?? []), ...(node.oneOf ?? [])].filter(
    // An encrypted value is a form of the value, not a key.
    ({ properties }) => !properties?.secure,
  );
  const below = [
    ...Object.entries(node.properties ?? {}).flatMap(([key, child]) =>
      leaves(child, `${path}.${key}`, node.required?.includes(key)),
    ),
    ...(typeof node.additionalProperties === "object"
      ? nested(node.additionalProperties, `${path}.<name>`)
      : []),
    ...(node.items ? nested(node.items, `${path}[]`) : []),
    ...variants.flatMap((variant) => nested(variant, path)),
  ];
  return below.length > 0 ? below : [{ path, required, default: node.default }];
}

/** Keys below a node that is no key of its own: none if it is a plain value. */
function nested(node: Node, path: string): Leaf[] {
  const found = leaves(node, path);
  return found.length === 1 && found[0]!.path === path ? [] : found;
}

const schema = stackFileSchema() as { properties: Record<string, Node> };
const { config, ...beside } = schema.properties;
const all = Object.entries(config!.properties!).flatMap(([key, node]) => {
  const name = key.replace("strongroom:", "");
  return leaves(node, name, config!.required!.includes(key));
});

const page = "docs/configuration.md";
const rows = codeRows(prose(page).split("\n## Keys beside")[0]!).map(([key, meaning, fallback]) => ({
  pattern: codeSpans(key!)[0]!,
  meaning: meaning!,
  fallback,
}));
const documented = rows.filter(({ pattern, fallback }) => fallback !== undefined && !(pattern in profiles));

/** A star is whatever takes the same keys; certificates with a name take others than domains do. */
function matches(pattern: string, path: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.[\]<>]/g, "\\$&"));
  return new RegExp(`^${parts.join("(?!custom\\.).+")}$`).test(path);
}

describe(page, () => {
  it("reads the schema down to its leaves", () => {
    const paths = all.map(({ path }) => path);
    expect(paths).toContain("services.<name>.secrets.<name>.value");
    expect(paths).toContain("maintenance.windows[].from");
    expect(paths).toContain("certificates.domains.<name>.challenge");
    expect(paths.length).toBeGreaterThan(90);
  });

  it("describes every key once", () => {
    for (const { path } of all) {
      expect(
        documented.filter(({ pattern }) => matches(pattern, path)).map(({ pattern }) => pattern),
        path,
      ).toHaveLength(1);
    }
  });

  it("describes no key that there is not", () => {
    for (const { pattern } of documented) {
      expect(
        all.some(({ path }) => matches(pattern, path)),
        pattern,
      ).toBe(true);
    }
  });

  it("gives the schema's defaults, and says what is required", () => {
    for (const { path, required, default: value } of all) {
      const { fallback } = documented.find(({ pattern }) => matches(pattern, path))!;
      if (["string", "number", "boolean"].includes(typeof value))
        expect(codeSpans(fallback!), path).toContain(String(value));
      // What is required only with another key says so in its text.
      else if (required && !path.endsWith("smoke.path")) expect(fallback, path).toMatch(/^required/);
      else expect(fallback, path).not.toMatch(/^required/);
    }
  });

  it("gives a unit with every time and every size", () => {
    const units: [RegExp, RegExp][] = [
      [/Seconds$/, /seconds/],
      [/Hours$/, /hours/],
      [/MiB$/, /MiB/],
    ];
    for (const { pattern, meaning } of documented) {
      for (const [name, unit] of units) if (name.test(pattern)) expect(meaning, pattern).toMatch(unit);
    }
  });

  it("names every key beside config", () => {
    const names = codeRows(section(page, "Keys beside `config`")).map(([key]) => codeSpans(key!)[0]);
    expect(names.sort()).toEqual(Object.keys(beside).sort());
  });

  it("names every profile, its services and their secrets", () => {
    for (const { name, services } of Object.values(profiles)) {
      expect(codeSpans(section(page, "Product"))).toEqual(
        expect.arrayContaining([name, ...Object.keys(services)]),
      );
      const settable = Object.values(services).flatMap(({ secrets }) =>
        Object.keys(secrets).filter((secret) => ["generated", "operator"].includes(secrets[secret]!.from)),
      );
      expect(codeSpans(section(page, "Services"))).toEqual(expect.arrayContaining(settable));
    }
  });
});
