// Forms with data-unsaved: leaving the page with input that was not sent asks first. The browser's own question, in its language.
const guarded = "form[data-unsaved]";

function formOf(event: Event): HTMLFormElement | null {
  const field = event.target;
  const form = field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement ? field.form : null;
  return form?.matches(guarded) ? form : null;
}

function changed(event: Event): void {
  const form = formOf(event);
  if (form) form.dataset.dirty = "";
}

document.addEventListener("input", changed);
document.addEventListener("change", changed);

// What was refused is shown again and kept nowhere. With several forms on a page, each that was sent says so itself.
const forms = document.querySelectorAll<HTMLFormElement>(guarded);
if (forms.length === 1 && document.querySelector("[data-form-errors]")) forms[0]!.dataset.dirty = "";

// What is being sent is not lost; another form on the page may be.
document.addEventListener("submit", ({ target }) => {
  if (target instanceof HTMLFormElement) delete target.dataset.dirty;
});

window.addEventListener("beforeunload", (event) => {
  if (document.querySelector(`${guarded}[data-dirty]`)) event.preventDefault();
});

// Back from the browser's cache, the form is as it was before it was sent.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
