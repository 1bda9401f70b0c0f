import { z } from "zod";
import { stackSchema } from "./schema";
import { namespace } from "./value";

/** What Pulumi stores instead of an encrypted value. */
const encrypted = {
  type: "object",
  description: "Encrypted by `pulumi config set --secret`.",
  properties: { secure: { type: "string" } },
  required: ["secure"],
  additionalProperties: false,
};

/**
 * JSON Schema of a whole `Pulumi.<stack>.yaml`, for completion and checks in editors. It says what the zod
 * schema says of single fields; the checks across fields are the parser's alone.
 */
export function stackFileSchema(): Record<string, unknown> {
  const {
    $schema,
    properties,
    required = [],
  } = z.toJSONSchema(stackSchema, {
    io: "input",
    override: ({ jsonSchema }) => {
      // The parser's own mark.
      delete jsonSchema.unquoted;
      if (jsonSchema.secret !== true) return;
      const { description, ...plain } = jsonSchema;
      delete plain.secret;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
      Object.assign(jsonSchema, { description, anyOf: [encrypted, plain] });
    },
  });
  const prefixed = Object.entries(properties ?? {}).map(([key, value]) => [
    `${namespace}${key}`,
    asPulumiWrites(value),
  ]);
  return {
    $schema,
    title: "Configuration of a strongroom stack",
    type: "object",
    properties: {
      config: {
        type: "object",
        description: "The stack's configuration.",
        properties: Object.fromEntries(prefixed),
        required: required.map((key) => `${namespace}${key}`),
        patternProperties: { [`^(?!${namespace})`]: {} },
        additionalProperties: false,
      },
      secretsprovider: {
        type: "string",
        description:
          "Key management service that encrypts the stack's secrets, e.g. awskms://alias/strongroom.",
      },
      encryptedkey: { type: "string", description: "The stack's data key, encrypted by secretsprovider." },
      encryptionsalt: {
        type: "string",
        description: "Salt of the passphrase that encrypts the stack's secrets.",
      },
      environment: { description: "Pulumi ESC environments to import." },
    },
    required: ["config"],
    additionalProperties: false,
  };
}

/** Pulumi writes top-level booleans as strings when it rewrites a stack's file. */
function asPulumiWrites(property: z.core.JSONSchema._JSONSchema): z.core.JSONSchema._JSONSchema {
  if (typeof property === "boolean" || property.type !== "boolean") return property;
  const { type, ...rest } = property;
  return { ...rest, anyOf: [{ type }, { enum: ["true", "false"] }] };
}

/** The schema as it is committed in config/stack-schema.json. */
export function stackFileSchemaText(): string {
  return `${JSON.stringify(stackFileSchema(), null, 2)}\n`;
}
