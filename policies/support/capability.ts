/** A capability's name as the kernel has it, without its prefix: Docker takes any case, with and without CAP_. */
export function capability(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, "");
}
