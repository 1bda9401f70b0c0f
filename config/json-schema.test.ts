import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { stackFileSchema } from "./json-schema";
import { stackSchema } from "./schema";

describe("stack-schema.json", () => {
  it("is current: `npm run schema` rewrites it", () => {
    const committed = JSON.parse(readFileSync(join(__dirname, "stack-schema.json"), "utf8")) as unknown;
    expect(committed).toEqual(JSON.parse(JSON.stringify(stackFileSchema())));
  });

  it.each(["dev", "prod"])("fits Pulumi.%s.yaml, which names it for editors", (stack) => {
    const text = readFileSync(join(__dirname, "..", `Pulumi.${stack}.yaml`), "utf8");
    expect(text.split("\n")[0]).toBe("# yaml-language-server: $schema=config/stack-schema.json");
    expect(z.fromJSONSchema(stackFileSchema()).safeParse(parse(text)).error).toBeUndefined();
  });

  it("refuses unknown keys, as the parser does", () => {
    const schema = z.fromJSONSchema(stackFileSchema());
    const text = readFileSync(join(__dirname, "..", "Pulumi.dev.yaml"), "utf8");
    const file = parse(text) as { config: Record<string, unknown> };
    expect(schema.safeParse({ ...file, confg: {} }).success).toBe(false);
    const edge = { ...(file.config["strongroom:edge"] as object), adresses: [] };
    expect(schema.safeParse({ config: { ...file.config, "strongroom:edge": edge } }).success).toBe(false);
  });
});

describe("stackSchema", () => {
  it("describes every field, and names a default where there is one", () => {
    const missing: string[] = [];
    visit(z.toJSONSchema(stackSchema, { io: "input" }) as Node, "", missing);
    expect(missing).toEqual([]);
  });
});

interface Node {
  description?: string;
  default?: unknown;
  properties?: Record<string, Node>;
  additionalProperties?: Node | boolean;
  items?: Node;
  oneOf?: Node[];
  const?: unknown;
}

function visit(node: Node, path: string, missing: string[]): void {
  for (const [key, child] of Object.entries(node.properties ?? {})) {
    const at = `${path}.${key}`;
    if (child.description === undefined && child.const === undefined) missing.push(at);
    const plain = ["string", "number", "boolean"].includes(typeof child.default);
    if (plain && !/Default: /.test(child.description ?? "")) missing.push(`${at} (default)`);
    visit(child, at, missing);
  }
  for (const child of [node.items, ...(node.oneOf ?? [])]) if (child) visit(child, `${path}[]`, missing);
  if (typeof node.additionalProperties === "object") visit(node.additionalProperties, `${path}.*`, missing);
}
