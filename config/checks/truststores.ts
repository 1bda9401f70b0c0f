import { judgeAuthorities } from "../certificates/authorities";
import type { ParseContext } from "../context";
import { type Problem, quote } from "../errors";
import { didYouMean } from "../nearest";
import type { TruststoreInput } from "../schema/truststores";
import { readPem } from "./certificate-file";
import type { Check } from "./check";

/** A truststore holds authorities, all of them good, and somebody uses it. */
export const checkTruststores: Check = ({ draft, context }) => {
  const { truststores, clientCertificates, services } = draft;
  if (!truststores || !clientCertificates || !services) return [];
  const clients = new Set(Object.values(clientCertificates).map(({ truststore }) => truststore));
  const backends = new Set(Object.values(services).map(({ backend }) => backend?.tls.truststore));
  return Object.entries(truststores).flatMap(([name, truststore]) => {
    const path = `truststores.${name}`;
    const unused =
      clients.has(name) || backends.has(name)
        ? []
        : [
            {
              path,
              reason: "nothing uses this truststore",
              remedy: "name it under clientCertificates or a service's backend, or leave it out",
            },
          ];
    return [...unused, ...judge(path, truststore, clients.has(name), context)];
  });
};

function judge(
  path: string,
  { certificates }: TruststoreInput,
  forClients: boolean,
  context: ParseContext,
): Problem[] {
  const at = (index: number) => `${path}.certificates.${index}`;
  const files = certificates.map((given, index) => readPem(at(index), given, context));
  const unread = files.filter((file): file is Problem => !("text" in file));
  if (unread.length > 0) return unread;
  const texts = files.map((file) => ("text" in file ? file.text : ""));
  const { now } = context;
  return judgeAuthorities({ texts, forClients, ...(now ? { now } : {}) }).map(({ text, reason, remedy }) => ({
    path: at(text),
    reason,
    remedy,
  }));
}

/** A name that is no truststore's. @param path of the key that has the name */
export function unknownTruststore(path: string, name: string, truststores: object): Problem[] {
  const known = Object.keys(truststores);
  if (known.includes(name)) return [];
  return [
    {
      path,
      value: quote(name),
      reason: "there is no such truststore",
      remedy: known.length === 0 ? "give it under truststores" : didYouMean(name, known),
    },
  ];
}
