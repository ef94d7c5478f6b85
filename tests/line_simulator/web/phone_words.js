// Words of the phone page, by the language of the browser.
const WORDS = {
    zh: {
        title: "LINE 模擬手機",
        block: "封鎖或解除封鎖",
        switch: "切換使用者",
        more: "更多",
        type: "輸入訊息",
        stickers: "貼圖",
        send: "傳送",
        image: "圖片",
        file: "檔案",
        voice: "語音",
        video: "影片",
        location: "位置",
        cancel: "取消",
        whoAreYou: "以哪位客戶的身分使用？",
        explain: "這是測試與展示用的模擬手機，訊息只會送到這台電腦上的 Odoo。",
        newName: "新客戶的姓名",
        addFriend: "加入好友",
        nobody: "尚未選擇使用者",
        isBlocked: "已封鎖官方帳號",
        friend: "好友",
        noFriend: "非好友",
        blocked: "已封鎖官方帳號",
        unblocked: "已解除封鎖",
        nameFirst: "先填寫姓名",
        empty: "還沒有訊息，打個招呼吧！",
        broken: "連線中斷：",
        notSent: "無法傳送：",
        unsend: "收回",
        quote: "回覆",
        edit: "編輯",
        copy: "複製",
        read: "已讀",
        copied: "已複製",
        edited: "新的內容",
        seconds: "秒",
        opens: "將開啟 ",
        pick: "選擇日期或時間",
        coupon: "優惠券",
        today: "今天",
        noFeature: "模擬手機不支援這個動作",
    },
    en: {
        title: "LINE simulator phone",
        block: "Block or unblock",
        switch: "Switch user",
        more: "More",
        type: "Message",
        stickers: "Stickers",
        send: "Send",
        image: "Picture",
        file: "File",
        voice: "Voice",
        video: "Video",
        location: "Place",
        cancel: "Cancel",
        whoAreYou: "Which customer are you?",
        explain:
            "A simulated phone for tests and demos. Messages only reach the Odoo on this computer.",
        newName: "Name of a new customer",
        addFriend: "Add friend",
        nobody: "Nobody selected",
        isBlocked: "Has blocked the account",
        friend: "Friend",
        noFriend: "Not a friend",
        blocked: "Account blocked",
        unblocked: "Account unblocked",
        nameFirst: "Enter a name first",
        empty: "No messages yet. Say hello!",
        broken: "Connection lost: ",
        notSent: "Not sent: ",
        unsend: "Unsend",
        quote: "Reply",
        edit: "Edit",
        copy: "Copy",
        read: "Read",
        copied: "Copied",
        edited: "New text",
        seconds: "s",
        opens: "Opens ",
        pick: "Choose a date or time",
        coupon: "Coupon",
        today: "Today",
        noFeature: "The simulated phone cannot do this",
    },
};
const LANGUAGE = navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
const LOCALE = LANGUAGE === "zh" ? "zh-TW" : "en";
const word = (key) => WORDS[LANGUAGE][key];
document.documentElement.lang = LANGUAGE === "zh" ? "zh-Hant-TW" : "en";
document.title = word("title");
for (const node of document.querySelectorAll("[data-text]")) {
    node.textContent = word(node.dataset.text);
}
for (const node of document.querySelectorAll("[data-placeholder]")) {
    node.placeholder = word(node.dataset.placeholder);
    node.setAttribute("aria-label", node.placeholder);
}
for (const node of document.querySelectorAll("[data-title]")) {
    node.title = word(node.dataset.title);
    node.setAttribute("aria-label", node.title);
}
