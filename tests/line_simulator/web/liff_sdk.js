// Stand-in for LINE's LIFF SDK: the simulator hands over the ID token in the address.
(() => {
    const script = document.currentScript.src;
    const store = "line-simulator-liff";
    const decode = (token) => {
        const bytes = Uint8Array.from(
            atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")),
            (char) => char.charCodeAt(0)
        );
        return JSON.parse(new TextDecoder().decode(bytes));
    };
    let session = null;
    let config = {};
    const readAddress = () => {
        const values = new URLSearchParams(location.hash.slice(1));
        if (values.get("id_token")) {
            session = {
                liffId: values.get("liff_id"),
                idToken: values.get("id_token"),
                accessToken: values.get("access_token"),
            };
            sessionStorage.setItem(store, JSON.stringify(session));
            history.replaceState(null, "", location.pathname + location.search);
        } else {
            session = JSON.parse(sessionStorage.getItem(store) || "null");
        }
    };
    const liff = {
        id: null,
        ready: null,
        init(options, success, failure) {
            config = options || {};
            liff.ready = (async () => {
                if (!config.liffId) {
                    throw Object.assign(
                        new Error("liffId is necessary for liff.init()"),
                        {code: "INVALID_CONFIG"}
                    );
                }
                readAddress();
                if (session && session.liffId !== config.liffId) {
                    session = null;
                }
                liff.id = config.liffId;
                if (!session && config.withLoginOnExternalBrowser) {
                    liff.login();
                }
            })();
            liff.ready.then(success, failure || (() => {}));
            return liff.ready;
        },
        isLoggedIn: () => Boolean(session),
        isInClient: () => Boolean(session),
        getIDToken: () => session && session.idToken,
        getAccessToken: () => session && session.accessToken,
        getDecodedIDToken: () => session && decode(session.idToken),
        getOS: () => "web",
        getLanguage: () => navigator.language,
        getVersion: () => "2.simulator",
        async getProfile() {
            if (!session) {
                throw Object.assign(new Error("Need login"), {code: "UNAUTHORIZED"});
            }
            const claims = decode(session.idToken);
            return {userId: claims.sub, displayName: claims.name};
        },
        login() {
            location.href = new URL("/liff/" + liff.id, script).href;
        },
        logout() {
            session = null;
            sessionStorage.removeItem(store);
        },
        closeWindow() {
            window.close();
            location.href = new URL("/phone", script).href;
        },
        openWindow({url}) {
            window.open(url, "_blank");
        },
    };
    window.liff = liff;
})();
