package io.github.x402spring.facilitator.http;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Settings of an {@link HttpFacilitator}: its address and the bounds of calls.
 *
 * @param url the address in front of {@code /verify}, {@code /settle} and
 * {@code /supported}; trailing slashes are stripped
 * @param connectTimeout the longest time that connecting may take
 * @param verifyTimeout the longest time that a whole call to {@code /verify} or
 * {@code /supported} may take
 * @param settleTimeout the longest time that a whole call to {@code /settle} may take
 * @param finalStatuses values of {@code status} beside {@code success: true} with which a
 * settlement is final, besides the built-in ones
 * @since 0.1.0
 */
public record HttpFacilitatorSettings(URI url, Duration connectTimeout, Duration verifyTimeout, Duration settleTimeout,
        List<String> finalStatuses) {

    public HttpFacilitatorSettings {
        Assert.notNull(url, "'url' must not be null");
        Assert.isTrue("https".equalsIgnoreCase(url.getScheme()) || "http".equalsIgnoreCase(url.getScheme()),
                "'url' must be an http or https address");
        Assert.isTrue(StringUtils.hasText(url.getHost()), "'url' must name a host");
        Assert.isTrue(url.getRawUserInfo() == null, "'url' must not contain credentials");
        Assert.isTrue(url.getRawQuery() == null && url.getRawFragment() == null,
                "'url' must have neither a query nor a fragment");
        checkPositive(connectTimeout, "connectTimeout");
        checkPositive(verifyTimeout, "verifyTimeout");
        checkPositive(settleTimeout, "settleTimeout");
        Assert.notNull(finalStatuses, "'finalStatuses' must not be null");
        finalStatuses = List.copyOf(finalStatuses);
        url = withoutTrailingSlashes(url);
    }

    URI operation(String name) {
        return URI.create(this.url + "/" + name);
    }

    private static void checkPositive(Duration duration, String name) {
        Assert.notNull(duration, () -> "'" + name + "' must not be null");
        Assert.isTrue(duration.compareTo(Duration.ofMillis(1)) >= 0,
                () -> "'" + name + "' must be a millisecond or longer");
    }

    private static URI withoutTrailingSlashes(URI url) {
        return URI.create(StringUtils.trimTrailingCharacter(url.toString(), '/'));
    }

}
