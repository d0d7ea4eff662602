// web/js/emoji.js: some emoji with the words by which they are found, and what is one character.
// Thread: the page's own; pure.
// Owner: view/react.js, complete.js.

const MOST_BYTES = 32; // as the server has it

/** The emoji, and its words in English and Spanish. The first eight are offered first. */
export const EMOJI = `
👍 thumbs up yes|pulgar arriba sí
❤️ heart love|corazón amor
😂 joy laugh|risa llorar de risa
🎉 party hooray|fiesta hurra
😮 wow surprise|sorpresa asombro
😢 sad tear|triste lágrima
🙏 thanks please|gracias por favor
👀 eyes look|ojos mirar
👎 thumbs down no|pulgar abajo no
✅ done check|hecho visto
❌ wrong cross|mal cruz
👏 clap bravo|aplauso bravo
🙌 hands great|manos genial
💪 strong|fuerte ánimo
👋 wave hello bye|hola adiós
🤝 deal handshake|trato acuerdo
🤔 thinking hmm|pensar duda
🙂 smile|sonrisa
😀 grin happy|feliz alegre
😉 wink|guiño
😍 in love|enamorado
😎 cool sunglasses|gafas genial
😅 sweat phew|uf sudor
😭 crying|llanto llorar
😡 angry|enfado enojo
😴 sleep tired|sueño dormir
🤷 shrug|encoger ni idea
🤯 mind blown|increíble
🔥 fire hot|fuego
⭐ star|estrella
💯 hundred perfect|cien perfecto
💡 idea|idea luz
🚀 rocket ship|cohete
🐛 bug|bicho error
⚠️ warning|aviso cuidado
❓ question|pregunta
🍵 tea|té
☕ coffee|café
🍰 cake|tarta pastel
🍺 beer cheers|cerveza salud
🌞 sun morning|sol día
🌙 moon night|luna noche
📌 pin|chincheta fijar
🎂 birthday|cumpleaños`.trim().split("\n").map((line) => {
    const [emoji, ...words] = line.split(" ");
    const [en, es] = words.join(" ").split("|");
    return { emoji, en, es };
});

const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** Those with a word in either language that begins as `typed` does, with or without colons; who has the whole word comes first. All for nothing. */
export function emoji_like(typed) {
    const wanted = folded(typed.replace(/^:|:$/g, "").trim());
    const words = ({ en, es }) => ` ${folded(`${en} ${es}`)} `;
    const found = EMOJI.filter((one) => words(one).includes(` ${wanted}`));
    const is_whole = (one) => words(one).includes(` ${wanted} `);
    return [...found.filter(is_whole), ...found.filter((one) => !is_whole(one))];
}

/** What was typed where it is one character that the server takes for a reaction; else null. */
export function one_character(typed) {
    const text = typed.trim();
    const count = [...new Intl.Segmenter().segment(text)].length;
    return count === 1 && new TextEncoder().encode(text).length <= MOST_BYTES ? text : null;
}
