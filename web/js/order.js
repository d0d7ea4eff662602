// web/js/order.js: lists that are sorted by the place in a room's log: its events, and between them who came and went.
// Thread: the page's own; pure.
// Owner: whoever has such a list.

/** Where an event, or an entry of who came and went, stands in its room. */
export const order_of = (item) => item.seq ?? item.order;

/** Where in `list` the first one stands that is not below `order`. */
export function index_from(list, order) {
    let [low, high] = [0, list.length];
    while (low < high) {
        const middle = (low + high) >> 1;
        if (order_of(list[middle]) < order) low = middle + 1;
        else high = middle;
    }
    return low;
}

/** The one of `list` that stands at `order`, or undefined. */
export function found(list, order) {
    const item = list[index_from(list, order)];
    return item && order_of(item) === order ? item : undefined;
}
