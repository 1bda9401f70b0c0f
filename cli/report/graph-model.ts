import { componentOf } from "../../policies/support/labels";
import { TYPES } from "../../policies/support/types";
import type { Kind, PreviewReport, ResourceReport } from "./report";
import { OUTSIDE } from "./sentences";

export type Place = "edge" | "service" | "database" | "other";

/** A component with what is shown of it. */
export interface Box {
  name: string;
  place: Place;
  /** What changes of it, by how; all of its parts. */
  parts: ResourceReport[];
  /** Parts that have a line of their own; none of a component that stands aside and does not change. */
  lines: ResourceReport[];
  /** Parts that are only counted: keys, requests and actions, which come and go with the others. */
  rest: ResourceReport[];
}

/** Where a component of a type stands in the picture. */
const PLACES: Record<string, Place> = {
  "strongroom:edge:Edge": "edge",
  "strongroom:edge:EdgeRoutes": "edge",
  "strongroom:service:Service": "service",
  "strongroom:database:Database": "database",
  "strongroom:migration:Migration": "database",
  "strongroom:backup:Backup": "database",
};

/** What has a line of its own only if nothing else of the component has. */
const MINOR: string[] = [TYPES.command, TYPES.privateKey, TYPES.certRequest, TYPES.remoteImage];

/** Changes come before what stays, and what goes before what comes. */
const ORDER: Kind[] = ["replace", "delete", "unjudged", "update", "create", "same"];

const LONGEST_BOX = 8;

/** The stack's components, each with its parts: those that change most first. */
export function boxesOf({ resources }: Pick<PreviewReport, "resources">): Box[] {
  const groups = new Map<string, ResourceReport[]>();
  for (const resource of resources) {
    const name = resource.component ?? OUTSIDE;
    groups.set(name, [...(groups.get(name) ?? []), resource]);
  }
  return [...groups].map(([name, parts]) => {
    const major = parts.filter(({ type, role }) => !MINOR.includes(type) && role !== "service-files");
    const listed = major.length > 0 ? major : parts;
    const place = PLACES[componentOf(parts[0]!.urn) ?? ""] ?? "other";
    // Of what stands aside and stays as it is, nobody needs the parts.
    const isStill = place === "other" && parts.every(({ kind }) => kind === "same");
    const lines = (isStill ? [] : [...listed])
      .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
      .slice(0, LONGEST_BOX);
    return {
      name,
      place,
      parts,
      lines,
      rest: parts.filter((part) => !lines.includes(part)),
    };
  });
}

const TYPE_WORDS: Record<string, string> = {
  [TYPES.container]: "container",
  [TYPES.network]: "network",
  [TYPES.volume]: "volume",
  [TYPES.remoteImage]: "image",
  [TYPES.command]: "action",
  [TYPES.privateKey]: "key",
  [TYPES.certRequest]: "request",
  [TYPES.selfSignedCert]: "CA certificate",
  [TYPES.locallySignedCert]: "certificate",
  [TYPES.dnsRecord]: "DNS record",
  [TYPES.dockerProvider]: "Docker host",
};

/** What people call a type. */
export function typeWord(type: string): string {
  return TYPE_WORDS[type] ?? type.split(":").at(-1) ?? type;
}
