package excp.gateway;

import com.genesyslab.platform.commons.threading.AsyncInvoker;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * The thread on which the Platform SDK calls back for one channel. By default all channels of a JVM share one; one
 * thread a channel keeps its order and keeps it apart from the others. What runs here only puts items into a queue,
 * so the tasks that wait are few.
 */
final class CallbackThread implements AsyncInvoker {
    private final ExecutorService executor;

    CallbackThread(String name) {
        executor = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public void invoke(Runnable target) {
        try {
            executor.execute(() -> guarded(target));
        } catch (RejectedExecutionException e) {
            Log.debug("callback after the channel was given up");
        }
    }

    @Override
    public void dispose() {
        executor.shutdown();
    }

    private static void guarded(Runnable target) {
        try {
            target.run();
        } catch (RuntimeException | LinkageError e) {
            Log.error("a callback of the Platform SDK failed", "reason", Log.reason(e));
        }
    }
}
