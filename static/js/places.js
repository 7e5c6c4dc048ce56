// Towns to choose from while one types, and "near me". Both only help: what is typed
// is understood by the server anyway.
const SOON = 150;

for (const field of document.querySelectorAll("[data-places]")) {
  const list = document.getElementById(field.getAttribute("list"));
  const lang = document.documentElement.lang;
  let timer;
  let asked = "";
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(suggest, SOON);
  });

  async function suggest() {
    const typed = field.value.trim();
    const chosen = [...list.options].some((each) => each.value === typed);
    if (typed === asked || chosen) return;
    asked = typed;
    try {
      const address = `/places.json?${new URLSearchParams({ q: typed, lang })}`;
      const { places } = await (await fetch(address)).json();
      if (asked === typed) {
        list.replaceChildren(...places.map(({ name }) => new Option("", name)));
      }
    } catch {
      // No network just now: typing goes on without.
    }
  }
}

for (const form of document.querySelectorAll("form[data-tidy]")) {
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (!value) formData.delete(name);
  });
}

const button = document.querySelector("[data-near-me]");
if (button && navigator.geolocation && isSecureContext) {
  const said = document.querySelector("[data-near-me-said]");
  button.hidden = false;
  document.querySelector("[data-near-me-hint]").hidden = false;
  button.addEventListener("click", () => {
    said.textContent = "";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        // A tenth of a degree is enough to find a town by, and no address.
        const rough = [coords.latitude, coords.longitude].map((n) => n.toFixed(1));
        button.form.elements.near.value = rough.join();
        button.form.requestSubmit();
      },
      () => (said.textContent = button.dataset.nearMe),
      { maximumAge: 600_000, timeout: 10_000 },
    );
  });
}
