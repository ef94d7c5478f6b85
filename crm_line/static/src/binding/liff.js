/** @odoo-module ignore **/
/* The page inside LINE: fetch the ID token and hand it to the server. Texts are in the
   page; the element whose data-when names the problem is shown. */
(function () {
    "use strict";

    function show(problem) {
        for (const element of document.querySelectorAll("[data-when]")) {
            element.hidden = element.dataset.when !== problem;
        }
    }

    async function start(form) {
        const {liff} = window;
        if (!liff) {
            return show("no-sdk");
        }
        try {
            await liff.init({liffId: form.dataset.liffId});
            if (!liff.isLoggedIn()) {
                return liff.login({redirectUri: window.location.href});
            }
            const token = liff.getIDToken();
            if (!token) {
                return show("no-token");
            }
            form.elements.id_token.value = token;
            form.submit();
        } catch {
            show("no-sdk");
        }
    }

    document.addEventListener("DOMContentLoaded", () => {
        const form = document.querySelector("form[data-liff-id]");
        if (form) {
            start(form);
        }
        for (const button of document.querySelectorAll("[data-close]")) {
            button.addEventListener("click", () => {
                if (window.liff && window.liff.isInClient && window.liff.isInClient()) {
                    window.liff.closeWindow();
                } else {
                    window.close();
                }
            });
        }
    });
})();
