package io.github.x402spring.sample;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the HTTP client of an application stays what it was before the starter was
 * added.
 */
@Timeout(120)
class OwnClientTests {

    private static final int PARALLEL = 64;

    private static RunningShop shop;

    @BeforeAll
    static void openShop() {
        shop = RunningShop.open();
    }

    @AfterAll
    static void closeShop() {
        shop.close();
    }

    @Test
    void detectWhenTheStarterIsThereThenAsWithoutIt() {
        ClassLoader without = new FilteredClassLoader("org.apache.hc", "io.github.x402spring");
        assertThat(ClientHttpRequestFactoryBuilder.detect().getClass())
            .isEqualTo(ClientHttpRequestFactoryBuilder.detect(without).getClass());
        assertThat(shop.bean(ClientHttpRequestFactoryBuilder.class).getClass())
            .isEqualTo(ClientHttpRequestFactoryBuilder.detect(without).getClass());
    }

    @Test
    void exchangeWhenTheApplicationMakesManyCallsThenAllAreInsideAtOnce() throws Exception {
        CountDownLatch inside = new CountDownLatch(PARALLEL);
        AtomicInteger together = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), PARALLEL);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            server.setExecutor(threads);
            server.createContext("/", (exchange) -> {
                inside.countDown();
                try {
                    if (inside.await(60, TimeUnit.SECONDS)) {
                        together.incrementAndGet();
                    }
                }
                catch (InterruptedException ex) {
                    Thread.currentThread().interrupt();
                }
                exchange.sendResponseHeaders(204, -1);
                exchange.close();
            });
            server.start();
            RestClient client = shop.bean(RestClient.Builder.class)
                .baseUrl("http://127.0.0.1:" + server.getAddress().getPort())
                .build();
            List<Future<HttpStatusCode>> calls = new ArrayList<>();
            for (int i = 0; i < PARALLEL; i++) {
                calls.add(threads.submit(() -> client.get().uri("/").retrieve().toBodilessEntity().getStatusCode()));
            }
            for (Future<HttpStatusCode> call : calls) {
                assertThat(call.get()).isEqualTo(HttpStatusCode.valueOf(204));
            }
            assertThat(together).hasValue(PARALLEL);
        }
        finally {
            server.stop(0);
        }
    }

}
