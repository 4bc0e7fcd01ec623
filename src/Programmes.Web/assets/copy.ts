// A button that copies what stands in a field. Without a script, and where a browser refuses, the field can be copied by hand.
document.addEventListener("click", async (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy ?? "");
  if (!(field instanceof HTMLInputElement)) return;
  field.select();
  let copied = false;
  try {
    await navigator.clipboard.writeText(field.value);
    copied = true;
  } catch {
    // Without https there is no clipboard but the old one.
    copied = document.execCommand("copy");
  }
  if (copied && button.dataset.copied) button.textContent = button.dataset.copied;
});
