package io.github.x402spring.facilitator.http;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.codec.MalformedJsonException;
import io.github.x402spring.codec.WireJson;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorException.Failure;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.transport.NoReplyException;
import io.github.x402spring.transport.NotSentException;
import io.github.x402spring.transport.Reply;
import io.github.x402spring.transport.RestPeer;

/**
 * One operation of a facilitator: sends its requests and reads replies. Its exceptions
 * have no cause, and foreign text only in their remark.
 */
final class FacilitatorOperation {

    static final int MAX_LENGTH = 64 * 1024;

    private static final WireJson JSON = new WireJson(MAX_LENGTH);

    private final String name;

    private final URI uri;

    private final RestPeer peer;

    private final UnusableReplies unusableReplies;

    FacilitatorOperation(String name, URI uri, RestPeer peer, UnusableReplies unusableReplies) {
        this.name = name;
        this.uri = uri;
        this.peer = peer;
        this.unusableReplies = unusableReplies;
    }

    Reply get() throws FacilitatorException {
        return exchange(() -> this.peer.get(this.uri));
    }

    Reply post(Map<String, ?> message) throws FacilitatorException {
        byte[] body = JSON.write(message);
        return exchange(() -> this.peer.post(this.uri, body));
    }

    <T> T parse(Reply reply, MessageReader<T> reader) throws FacilitatorException {
        try {
            return reader.read(JSON.readObject(reply.body()));
        }
        catch (MalformedJsonException ex) {
            throw unusable(reply);
        }
    }

    FacilitatorException unusable(Reply reply) {
        this.unusableReplies.log(this.uri, reply);
        return new FacilitatorException(
                "The facilitator's reply to " + this.name + " with status " + reply.status() + " is not usable", null,
                ReplyStatus.failure(reply), ReplyStatus.pause(reply))
            .with(FacilitatorRemarks.ofUnusable(reply));
    }

    private Reply exchange(Call call) throws FacilitatorException {
        try {
            return call.make();
        }
        catch (NotSentException ex) {
            throw new FacilitatorNotReachedException(
                    "The facilitator was not reached for " + this.name + " (" + ex.getMessage() + ")", null,
                    Failure.UNREACHABLE, Duration.ZERO);
        }
        catch (NoReplyException ex) {
            throw new FacilitatorException(
                    "The facilitator sent no reply to " + this.name + " (" + ex.getMessage() + ")", null,
                    ex.timedOut() ? Failure.UNREACHABLE : Failure.ERROR, Duration.ZERO);
        }
    }

    @FunctionalInterface
    interface MessageReader<T> {

        T read(Map<String, @Nullable Object> tree) throws MalformedJsonException;

    }

    @FunctionalInterface
    private interface Call {

        Reply make() throws NotSentException, NoReplyException;

    }

}
