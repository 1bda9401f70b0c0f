import { StringDecoder } from "node:string_decoder";

/** What stands in the output where a secret stood; Pulumi's own word for it. */
export const redacted = "[secret]";

/**
 * Shorter values are not looked for: they would be found by chance in words and ids, and no secret of a
 * stack is so short (generated ones have 256 bits).
 */
const shortestSecret = 6;

const beginKey = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/;
const endKey = /-----END (?:[A-Z0-9]+ )*PRIVATE KEY-----/;

/** A line inside a PEM block, also one that a diff has prefixed: base64, or a header of an encrypted key (RFC 1421). */
const keyLine = /^[\s+~|-]*(?:[A-Za-z0-9+/=]*|(?:Proc-Type|DEK-Info): .*)[\s"',\\rn]*$/;

/** No private key is longer in PEM, in lines: RSA with 16384 bits has about 200. */
const longestKey = 250;

/** Takes secrets out of text that goes to a terminal, a log or a file. */
export interface Redactor {
  /** A whole text without its secrets. */
  text(text: string): string;
  /** For output that comes in chunks, which may end in the middle of a secret or of a character. */
  stream(): RedactingStream;
}

export interface RedactingStream {
  /** Takes a chunk and returns what may be printed of it now: complete lines. */
  push(chunk: string | Uint8Array): string;
  /** Returns what is left at the end of the output. */
  end(): string;
}

/**
 * A redactor for the given values in all the forms in which tools print them: as they are, escaped for JSON
 * or a URL, in hex, and in base64 (also inside a longer encoded text). PEM private keys are found by their
 * markers, known or not.
 * @param secrets Plain values; those of fewer than six characters are ignored, of those with several lines
 * each line counts.
 */
export function createRedactor(secrets: Iterable<string>): Redactor {
  const forms = new Set([...secrets].flatMap((secret) => secret.split(/\r?\n/)).flatMap(formsOf));
  const pattern = forms.size
    ? new RegExp(
        [...forms]
          .sort((a, b) => b.length - a.length)
          .map(escapeRegExp)
          .join("|"),
        "g",
      )
    : undefined;
  const withoutValues = (text: string) => (pattern ? text.replace(pattern, redacted) : text);
  const stream = () => new LineRedactor(withoutValues);
  return {
    stream,
    text(text) {
      const lines = stream();
      return lines.push(text) + lines.end();
    },
  };
}

class LineRedactor implements RedactingStream {
  private readonly decoder = new StringDecoder("utf8");
  private pending = "";
  /** Lines of a private key that were left out so far; undefined outside a key. */
  private keyLines: number | undefined;

  constructor(private readonly withoutValues: (text: string) => string) {}

  push(chunk: string | Uint8Array): string {
    const text = this.pending + (typeof chunk === "string" ? chunk : this.decoder.write(chunk));
    const end = text.lastIndexOf("\n") + 1;
    this.pending = text.slice(end);
    return this.lines(text.slice(0, end));
  }

  end(): string {
    const rest = this.pending + this.decoder.end();
    this.pending = "";
    return this.lines(rest);
  }

  private lines(text: string): string {
    return (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line) => this.line(line)).join("");
  }

  private line(line: string): string {
    if (this.keyLines !== undefined) {
      const end = endKey.exec(line);
      if (end) {
        this.keyLines = undefined;
        const rest = line.slice(end.index + end[0].length);
        return rest.trim() ? this.line(rest) : "";
      }
      if (this.keyLines < longestKey && keyLine.test(line)) {
        this.keyLines += 1;
        return "";
      }
      this.keyLines = undefined;
    }
    const begin = beginKey.exec(line);
    if (!begin) return this.withoutValues(line);
    const before = this.withoutValues(line.slice(0, begin.index)) + redacted;
    const after = line.slice(begin.index + begin[0].length);
    const end = endKey.exec(after);
    if (end) return before + this.line(after.slice(end.index + end[0].length));
    this.keyLines = 0;
    return line.endsWith("\n") ? `${before}\n` : before;
  }
}

function formsOf(secret: string): string[] {
  if (secret.length < shortestSecret) return [];
  const json = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    json,
    JSON.stringify(json).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString("hex"),
    ...base64Forms(Buffer.from(secret)),
  ].filter((form) => form.length >= shortestSecret);
}

/**
 * What a value looks like in base64: encoded alone, and the characters it fixes when it stands at any of the
 * three possible offsets in a longer text (as a password does in "user:password").
 */
function base64Forms(value: Buffer): string[] {
  const inside = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), value])
      .toString("base64")
      .replaceAll("=", "");
    // Each character holds 6 bits: those that share bits with what stands before or after are not fixed.
    const from = Math.ceil((offset * 8) / 6);
    const to = Math.floor(((offset + value.length) * 8) / 6);
    return encoded.slice(from, to);
  });
  const all = [value.toString("base64"), value.toString("base64").replaceAll("=", ""), ...inside];
  return [...all, ...all.map((form) => form.replaceAll("+", "-").replaceAll("/", "_"))];
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
