import type { Fields } from "../support/fields";
import type { ResourceRule } from "../support/rule";
import { commandHoldsSecret, holdsCredentials, isSecretName, isSecretOption } from "../support/secret-text";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "sec-in-argv",
  level: "mandatory",
  why: "Command lines and labels are seen by everybody who may list processes or containers.",
  remedy: "Let the program read the secret from a file; in a shell use $(cat FILE).",
  source: "Trivy DS-0031; OWASP Docker, rule 12",
  types: [TYPES.container],
  check({ inputs, report }) {
    checkWords(inputs, "entrypoints", report);
    checkWords(inputs, "command", report);
    checkWords(inputs.fields("healthcheck"), "tests", report);
    inputs.each("labels", (entry, path) => {
      const [name, value] = [entry.text("label") ?? "", entry.text("value") ?? ""];
      if ((value !== "" && isSecretName(name)) || holdsCredentials(value))
        report(`\`${path}\` holds a secret: label ${name}`);
    });
  },
};

function checkWords(fields: Fields, key: string, report: (problem: string) => void): void {
  let afterOption = false;
  fields.texts(key, (word, path) => {
    if (commandHoldsSecret(word) || (afterOption && !/^[-$@]/.test(word)))
      report(`\`${path}\` holds a secret`);
    afterOption = isSecretOption(word);
  });
}
