import type { ResourceRule } from "../support/rule";
import { holdsPrivateKey, isSecretName } from "../support/secret-text";
import { TYPES } from "../support/types";

/** Readable by the owner, at most written by it, and read by the group. */
const CLOSED = ["0400", "0440", "0600"];

export const rule: ResourceRule = {
  id: "sec-upload-mode",
  level: "mandatory",
  why: "A key that every account of the container may read is not one service's key.",
  remedy: "Set `permissions` to 0400, 0440 or 0600.",
  source: "strongroom",
  types: [TYPES.container],
  check({ inputs, report }) {
    inputs.each("uploads", (upload) => {
      const file = upload.text("file") ?? "";
      const isKey = /\.(key|pem|p12|pfx|jks)$/i.test(file) || isSecretName(file.split("/").at(-1)!);
      if (!isKey && !holdsPrivateKey(upload.text("content") ?? "")) return;
      const mode = (upload.text("permissions") ?? "0644").padStart(4, "0");
      if (!CLOSED.includes(mode))
        report(`\`${upload.pathOf("permissions")}\` lets others than the owner and group read a key`);
      if (upload.flag("executable"))
        report(`\`${upload.pathOf("executable")}\` makes a key readable for all`);
    });
  },
};
