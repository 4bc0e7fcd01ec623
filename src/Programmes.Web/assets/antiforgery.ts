import type { RequestContext } from "./htmx-events";

// A form carries its token in a hidden field; a button or link that posts by itself has only this header.
document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = (event as CustomEvent<{ ctx: RequestContext }>).detail;
  const token = document.querySelector<HTMLMetaElement>('meta[name="request-verification-token"]')?.content;
  if (token && ctx.request.method !== "GET") ctx.request.headers["RequestVerificationToken"] = token;
});
