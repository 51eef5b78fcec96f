package com.genesyslab.platform.commons.protocol;

import com.genesyslab.platform.commons.threading.AsyncInvoker;

public class ClientChannel {
    public void setTimeout(long timeout) {
        throw new UnsupportedOperationException();
    }

    public Endpoint getEndpoint() {
        throw new UnsupportedOperationException();
    }

    public void addChannelListener(ChannelListener listener) {
        throw new UnsupportedOperationException();
    }

    public void setMessageHandler(MessageHandler msgHandler) {
        throw new UnsupportedOperationException();
    }

    public void setInvoker(AsyncInvoker invoker) {
        throw new UnsupportedOperationException();
    }

    public void send(Message message) throws ProtocolException {
        throw new UnsupportedOperationException();
    }
}
