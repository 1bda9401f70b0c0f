/** How `settle` is asked. */
export interface SettleOptions {
  /** Docker endpoints of the stack's hosts. */
  endpoints: string[];
  /**
   * Images by service as the configuration asks for them: stopped containers are then started again. Not given
   * before a stack is taken down.
   */
  images?: Record<string, string>;
  /** Compares routes and state even if no sign of an interrupted run is there. */
  thorough?: boolean;
  /** Told each thing that was done. */
  say(text: string): void;
}
