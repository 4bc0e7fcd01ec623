/** What the product reads of the `ctx` in an htmx 4 event. */
export interface RequestContext {
  sourceElement: Element;
  text?: string;
  request: { method: string; headers: Record<string, string> };
  response?: { status: number; headers: Headers };
}
