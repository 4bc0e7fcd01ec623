// Everything here is a convenience: each page works and each form submits without it.
import "htmx.org";
import "./errors";
import "./copy";
import "./menus";
import "./antiforgery";
import "./unsaved";
import "./uploads";

const errors = document.querySelector<HTMLElement>("[data-form-errors]");
errors?.focus();
