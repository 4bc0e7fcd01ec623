// A form that is being filled in: sums as one types, rows on demand, drafts kept by themselves. The server computes and keeps the same.
const form = document.querySelector<HTMLFormElement>("form#form");
if (form) {
  sums(form);
  rows(form);
  if (form.dataset.draft) drafts(form, form.dataset.draft);
}

function sums(form: HTMLFormElement): void {
  const points = (scope: ParentNode): number =>
    [...scope.querySelectorAll<HTMLInputElement>("input[data-score]")].reduce((sum, field) => sum + Math.round((Number(field.value) || 0) * 100), 0) / 100;
  form.addEventListener("input", () => {
    for (const output of form.querySelectorAll<HTMLOutputElement>("output[data-sum]")) {
      const scope = output.dataset.sum === "all" ? form : form.querySelector(`[data-sum-group="${output.dataset.sum}"]`);
      if (scope) output.value = String(points(scope));
    }
  });
}

function rows(form: HTMLFormElement): void {
  for (const table of form.querySelectorAll<HTMLElement>(".form-table")) {
    const button = table.querySelector<HTMLButtonElement>("[data-add-row]");
    const body = table.querySelector("tbody");
    const template = table.querySelector("template");
    if (!button || !body || !template) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      const index = body.rows.length;
      if (index >= Number(table.dataset.rowsMax ?? "50")) return;
      const row = template.content.querySelector("tr")!.cloneNode(true) as HTMLTableRowElement;
      row.cells[0]!.textContent = String(index + 1);
      for (const field of row.querySelectorAll<HTMLInputElement>("[name]")) {
        field.name = field.name.replace("__row__", String(index));
        field.id = field.id.replace("__row__", String(index));
      }
      body.append(row);
      row.querySelector<HTMLElement>("textarea, input, select")?.focus();
    });
  }
}

function drafts(form: HTMLFormElement, address: string): void {
  const everyMilliseconds = 20_000;
  const saved = form.querySelector<HTMLElement>("[data-saved]");
  let waiting = false;
  let stopped = false;
  form.addEventListener("input", () => {
    waiting = true;
    if (saved && !stopped) saved.textContent = saved.dataset.unsavedWords ?? "";
  });
  const timer = setInterval(async () => {
    if (!waiting || stopped || document.hidden) return;
    waiting = false;
    const data = new FormData(form);
    for (const [name, value] of [...data.entries()]) if (value instanceof File) data.delete(name);
    try {
      const answer = await fetch(address, { method: "POST", body: data, redirect: "manual", headers: { Accept: "application/json" } });
      const told = answer.headers.get("Content-Type")?.includes("json") ? ((await answer.json()) as { stamp?: string; words?: string }) : {};
      if (answer.ok && told.stamp) {
        form.querySelector<HTMLInputElement>("[name=Stamp]")!.value = told.stamp;
        if (!waiting) delete form.dataset.dirty;
      } else if (answer.status === 409 || answer.status === 422) {
        // Somebody else saved, or it was submitted: a person has to look.
        stopped = true;
        clearInterval(timer);
        saved?.classList.add("field-error");
      } else {
        waiting = true;
      }
      if (saved && told.words) saved.textContent = told.words;
    } catch {
      // No network just now; the next round tries again.
      waiting = true;
    }
  }, everyMilliseconds);
}
