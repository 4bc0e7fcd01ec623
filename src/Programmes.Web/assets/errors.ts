import type { RequestContext } from "./htmx-events";

// A partial update that failed must not be lost in silence. The layout's htmx-config keeps answers of 400 and above out
// of the page (a form that wants one opts in by hx-status:422); what they say is shown in #messages instead.
document.addEventListener("htmx:response:error", (event) => {
  const { ctx } = (event as CustomEvent<{ ctx: RequestContext }>).detail;
  const answer = new DOMParser().parseFromString(ctx.text ?? "", "text/html");
  const title = answer.querySelector("[data-error-title]")?.textContent?.trim();
  const detail = answer.querySelector("[data-error-detail]")?.textContent?.trim();
  show(title ?? word("failedTitle"), detail ?? word("failedDetail"));
});

// No answer came at all: the network, a time-out, or a server that is being restarted.
document.addEventListener("htmx:error", () => show(word("unreachableTitle"), word("unreachableDetail")));

function region(): HTMLElement | null {
  return document.getElementById("messages");
}

function word(name: string): string {
  return region()?.dataset[name] ?? "";
}

function show(title: string, detail: string): void {
  const messages = region();
  const template = messages?.querySelector("template");
  const message = template?.content.firstElementChild?.cloneNode(true);
  if (!messages || !(message instanceof HTMLElement)) return;
  message.querySelector("[data-title]")!.textContent = title;
  message.querySelector("[data-detail]")!.textContent = detail;
  message.querySelector("button")?.addEventListener("click", () => message.remove());
  // One message at a time: the newest says what the last attempt came to.
  messages.querySelectorAll(":scope > .alert").forEach((old) => old.remove());
  messages.append(message);
}
