// A button that copies the address beside it. Without this script the address can
// be selected and copied by hand, so the button is only shown where it works.
for (const button of document.querySelectorAll("[data-copies]")) {
  const field = document.getElementById(button.dataset.copies);
  const said = button.parentElement.querySelector("[role=status]");
  field.addEventListener("focus", () => field.select());
  button.addEventListener("click", async () => {
    said.textContent = "";
    const isCopied = await copy(field);
    button.focus();
    if (isCopied) said.textContent = button.dataset.copied;
  });
  button.hidden = false;
}

async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    // Not a secure address, or not allowed: the old way needs neither.
    field.focus();
    return document.execCommand("copy");
  }
}
