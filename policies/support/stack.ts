import { type Fields, guarded } from "./fields";

/** A resource among the others of its stack: its outputs, as far as they are known. */
export interface Node {
  type: string;
  urn: string;
  outputs: Fields;
  /** What strongroom's component labelled it with; undefined for others. Reading it reports a label that is unknown. */
  readonly role: string | undefined;
  protect: boolean;
  /** URN of its provider, which stands for the Docker host that it is on. */
  provider: string | undefined;
  /** The resources that the value of an input comes from. */
  sourcesOf(property: string): readonly Node[];
  report(problem: string): void;
}

/** All resources that the stack will have. */
export class Stack {
  private readonly named = new Map<string, Map<string, Node[]>>();

  constructor(private readonly nodes: readonly Node[]) {}

  all(): readonly Node[] {
    return this.nodes;
  }

  ofType(type: string): Node[] {
    return this.nodes.filter((node) => node.type === type);
  }

  /** Visits every resource of a type; what cannot be judged in one is reported for it and hides no other. */
  each(type: string, visit: (node: Node) => void): void {
    for (const node of this.ofType(type)) guarded(node.report, () => visit(node));
  }

  /**
   * The resources of a type that a field refers to by name. A name that is not known yet is taken for any of those
   * that the field's value comes from and whose own name is not known either.
   * @param fields holder of the field, at the top level of which `property` stands
   * @returns none when the field names something that the program does not declare
   */
  referred(node: Node, property: string, fields: Fields, key: string, type: string): Node[] {
    if (fields.isUnknown(key)) {
      return node
        .sourcesOf(property)
        .filter((source) => source.type === type && source.outputs.isUnknown("name"));
    }
    const name = fields.text(key);
    const found = name === undefined ? undefined : this.byName(type).get(name);
    // Hosts have names of their own: the same one elsewhere is something else.
    return (found ?? []).filter(({ provider }) => provider === node.provider);
  }

  /** The resources of a type by name, made once: every container asks for its networks and volumes. */
  private byName(type: string): Map<string, Node[]> {
    const known = this.named.get(type);
    if (known) return known;
    const index = new Map<string, Node[]>();
    for (const node of this.ofType(type)) {
      guarded(node.report, () => {
        const name = node.outputs.isUnknown("name") ? undefined : node.outputs.text("name");
        if (name !== undefined) index.set(name, [...(index.get(name) ?? []), node]);
      });
    }
    this.named.set(type, index);
    return index;
  }
}
