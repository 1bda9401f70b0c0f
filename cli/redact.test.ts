import { generateKeyPairSync, randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRedactor, redacted } from "./redact";

const secret = 'pq8/Zk+2~correct"horse';
const chunked = (text: string, secrets: string[], sizes: number[]) => {
  const stream = createRedactor(secrets).stream();
  const bytes = Buffer.from(text);
  let out = "";
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    out += stream.push(bytes.subarray(at, at + size));
    at += size;
  }
  return out + stream.end();
};

describe("known values", () => {
  const redactor = createRedactor([secret, "ab"]);
  const forms: [string, string][] = [
    ["as it is", secret],
    ["in JSON", JSON.stringify(secret).slice(1, -1)],
    ["in JSON in JSON", JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
    ["in a URL", encodeURIComponent(secret)],
    ["in hex", Buffer.from(secret).toString("hex")],
    ["in base64", Buffer.from(secret).toString("base64")],
    ["in base64url", Buffer.from(secret).toString("base64url")],
  ];
  it.each(forms)("%s", (_, form) => {
    expect(redactor.text(`a ${form} b\n`)).toBe(`a ${redacted} b\n`);
  });

  it.each(["u:", "us:", "use:", "user:"])("inside longer base64, after %j", (before) => {
    const encoded = Buffer.from(`${before}${secret}:end`).toString("base64");
    const shown = redactor.text(encoded);
    expect(shown).toContain(redacted);
    // What is left are the characters around it and at most one at each end that shares bits with it.
    expect(shown.replace(redacted, "").length).toBeLessThanOrEqual(
      Math.ceil((before.length * 8) / 6) + Math.ceil((":end".length * 8) / 6) + 1 + 2,
    );
  });

  it("leaves other text alone, and values that are too short to tell from it", () => {
    expect(redactor.text("about [secret] abc\nnext")).toBe("about [secret] abc\nnext");
  });

  it("takes each line of a value with several lines", () => {
    expect(createRedactor(["first line\nsecond line\n"]).text("+ first line\n+ second line\n")).toBe(
      `+ ${redacted}\n+ ${redacted}\n`,
    );
  });
});

describe("private keys", () => {
  const pem = (["pkcs8", "pkcs1"] as const).map((type) =>
    generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type, format: "pem" }).toString(),
  );
  const bodies = pem.flatMap((key) =>
    key.split("\n").filter((line) => line.length > 20 && !line.includes("-")),
  );

  it("are found by their markers, in lines, in a diff and in JSON", () => {
    const text = [
      `key:\n${pem[0]}after\n`,
      ...pem.map((key) => key.replaceAll(/^/gm, "      + ")),
      `{"key": ${JSON.stringify(pem[1])}, "next": 1}\n`,
      "last\n",
    ].join("");
    const shown = createRedactor([]).text(text);
    expect(bodies.length).toBeGreaterThan(40);
    for (const body of bodies) expect(shown).not.toContain(body);
    expect(shown).toContain("key:\n[secret]\nafter\n");
    expect(shown).toContain(`{"key": "[secret]\\n", "next": 1}\nlast\n`);
  });

  it("do not swallow the output after a key that was cut off", () => {
    const cut = `${pem[0]?.split("\n").slice(0, 5).join("\n")}\nerror: update failed\n`;
    expect(createRedactor([]).text(cut)).toBe(`${redacted}\nerror: update failed\n`);
  });

  it("leave certificates and public keys alone", () => {
    const text = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    expect(createRedactor([]).text(text)).toBe(text);
  });
});

describe("chunks", () => {
  it("give the same output wherever they end, and never a secret", () => {
    const words = fc.constantFrom(secret, "é€𝄞", "\n", " ", "word", Buffer.from(secret).toString("base64"));
    fc.assert(
      fc.property(
        fc.array(words, { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 10 }),
        (parts, sizes) => {
          const text = parts.join("");
          const shown = chunked(text, [secret], sizes);
          expect(shown).toBe(createRedactor([secret]).text(text));
          expect(shown).not.toContain(secret);
          expect(shown.split("\n").length).toBe(text.split("\n").length);
        },
      ),
    );
  });

  it("are printed line by line, not held back to the end", () => {
    const stream = createRedactor([secret]).stream();
    expect(stream.push("one\ntw")).toBe("one\n");
    expect(stream.push("o\n")).toBe("two\n");
    expect(stream.end()).toBe("");
  });

  it("find random secrets in any base64 context", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 9 }), fc.uint8Array({ maxLength: 9 }), (before, after) => {
        const value = randomBytes(24).toString("base64url");
        const text = Buffer.concat([before, Buffer.from(value), after]).toString("base64");
        expect(createRedactor([value]).text(text)).toContain(redacted);
      }),
    );
  });
});
