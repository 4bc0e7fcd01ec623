// Files go up as soon as they are chosen or dropped, with progress. Without this they go with the form.
document.addEventListener("change", ({ target }) => {
  if (target instanceof HTMLInputElement && target.dataset.upload && target.files?.length) void upload(target, [...target.files]);
});

for (const zone of document.querySelectorAll<HTMLElement>("[data-drop]")) {
  const field = zone.querySelector<HTMLInputElement>("input[data-upload]");
  if (!field) continue;
  zone.classList.add("can-drop");
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("dropping");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("dropping"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("dropping");
    if (event.dataTransfer?.files.length) void upload(field, [...event.dataTransfer.files]);
  });
}

const busy = new WeakMap<HTMLFormElement, number>();
const held = new WeakMap<HTMLFormElement, HTMLElement | null>();

// A form that is sent while its files are still on their way waits for them.
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if ((busy.get(form) ?? 0) === 0) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  held.set(form, event.submitter);
}, { capture: true });

async function upload(field: HTMLInputElement, files: File[]): Promise<void> {
  const form = field.form!;
  busy.set(form, (busy.get(form) ?? 0) + 1);
  try {
    await uploadAll(field, files);
  } finally {
    busy.set(form, busy.get(form)! - 1);
  }
  if (busy.get(form) !== 0 || !held.has(form)) return;
  const submitter = held.get(form);
  held.delete(form);
  form.requestSubmit(submitter);
}

async function uploadAll(field: HTMLInputElement, files: File[]): Promise<void> {
  const board = field.closest("form")?.querySelector<HTMLElement>("[data-uploads]");
  field.value = "";
  for (const file of files) {
    const line = document.createElement("p");
    const bar = document.createElement("progress");
    bar.className = "progress";
    bar.max = 100;
    const words = document.createElement("span");
    words.textContent = file.name;
    line.append(words, bar);
    board?.append(line);
    const limit = Number(field.dataset.maxBytes ?? "0");
    const problem = limit > 0 && file.size > limit ? field.dataset.tooLarge ?? "" : await send(field, file, (done) => { bar.value = done; });
    if (problem === null) line.remove();
    else {
      bar.remove();
      line.className = "field-error";
      line.setAttribute("role", "alert");
      words.textContent = problem.includes(file.name) ? problem : `${file.name}: ${problem}`;
    }
  }
}

/** Null: it was taken. Else why not. */
function send(field: HTMLInputElement, file: File, progress: (percent: number) => void): Promise<string | null> {
  return new Promise((resolve) => {
    const form = field.form!;
    const data = new FormData();
    data.append("file", file);
    if (field.dataset.uploadItem) data.append("item", field.dataset.uploadItem);
    for (const name of ["evidenceOn", "__RequestVerificationToken"]) {
      const value = new FormData(form).get(name);
      if (typeof value === "string") data.append(name, value);
    }
    const request = new XMLHttpRequest();
    request.open("POST", field.dataset.upload!);
    request.responseType = "document";
    request.upload.addEventListener("progress", ({ loaded, total }) => progress((100 * loaded) / Math.max(1, total)));
    request.addEventListener("load", () => {
      const page = request.responseXML;
      if (request.status >= 200 && request.status < 300 && page) {
        showFiles(page);
        resolve(null);
      } else {
        resolve(page?.querySelector(".form-errors li")?.textContent?.trim() || page?.querySelector("[data-error-detail]")?.textContent?.trim() || failed());
      }
    });
    request.addEventListener("error", () => resolve(failed()));
    request.send(data);
  });
}

function failed(): string {
  return document.getElementById("messages")?.dataset.unreachableTitle ?? "";
}

/** The lists of files as the page that came back shows them; everything that is being written stays. */
function showFiles(page: Document): void {
  for (const list of document.querySelectorAll<HTMLElement>("[data-files]")) {
    const fresh = page.querySelector(`[data-files="${CSS.escape(list.dataset.files ?? "")}"]`);
    if (fresh) list.replaceWith(document.importNode(fresh, true));
  }
}
