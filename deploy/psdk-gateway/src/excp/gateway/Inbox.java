package excp.gateway;

import com.genesyslab.platform.commons.protocol.Message;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The queue of a feed's thread. Messages of the SIP Server are bounded: where there is no room for one, none of that
 * link is taken any more, and the gap is marked in its place.
 */
final class Inbox {
    private final BlockingQueue<Item> items = new LinkedBlockingQueue<>();
    private final AtomicInteger messages = new AtomicInteger();
    private final int capacity;

    Inbox(int capacity) {
        this.capacity = capacity;
    }

    void add(Item item) {
        items.add(item);
    }

    /** Take a message in, without ever waiting; false when it was dropped. One thread a link calls this. */
    boolean add(TServerLink link, Message message) {
        if (link.overflowed()) {
            return false;
        }
        if (messages.get() >= capacity) {
            link.markOverflowed();
            items.add(new Item.Overflowed(link));
            return false;
        }
        messages.incrementAndGet();
        items.add(new Item.Received(link, message));
        return true;
    }

    /** The next item, or null when there is none for so long. */
    Item next(long millis) throws InterruptedException {
        Item item = items.poll(millis, TimeUnit.MILLISECONDS);
        if (item instanceof Item.Received) {
            messages.decrementAndGet();
        }
        return item;
    }
}
