// Reads the data that the page carries, and starts its parts.
const carried = JSON.parse(document.getElementById("data").textContent);
page.startShell();
page.startMatrix(page.readReasons(carried.reasons));
page.startProof(carried.proof);
