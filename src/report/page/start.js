// Reads the data that the page carries, and starts its parts.
const carried = JSON.parse(document.getElementById("data").textContent);
page.startShell();
page.startMatrix(page.createModel(carried.access));
page.startProof(carried.proof);
