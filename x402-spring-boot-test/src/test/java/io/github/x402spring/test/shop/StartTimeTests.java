package io.github.x402spring.test.shop;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestContextManager;

import io.github.x402spring.test.MockFacilitator;
import io.github.x402spring.test.autoconfigure.AutoConfigureX402;

import static org.assertj.core.api.Assertions.assertThat;

class StartTimeTests {

    private static final int RUNS = 5;

    @Test
    void contextOfWebMvcTestWhenKitIsAddedThenAddedTimeIsPrinted() throws Exception {
        start(Plain.class);
        start(WithKit.class);
        List<Long> plain = new ArrayList<>();
        List<Long> withKit = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            plain.add(start(Plain.class));
            withKit.add(start(WithKit.class));
        }
        System.out.printf("Start of a @WebMvcTest context, median of %d: %d ms, with @AutoConfigureX402 %d ms%n", RUNS,
                median(plain), median(withKit));
    }

    private static long start(Class<?> testClass) throws Exception {
        TestContextManager manager = new TestContextManager(testClass);
        long start = System.nanoTime();
        boolean kit = manager.getTestContext()
            .getApplicationContext()
            .getBeanProvider(MockFacilitator.class)
            .stream()
            .findAny()
            .isPresent();
        long end = System.nanoTime();
        assertThat(kit).isEqualTo(testClass == WithKit.class);
        manager.getTestContext().markApplicationContextDirty(DirtiesContext.HierarchyMode.EXHAUSTIVE);
        return (end - start) / 1_000_000;
    }

    private static long median(List<Long> times) {
        List<Long> sorted = new ArrayList<>(times);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    @WebMvcTest(controllers = OtherController.class,
            properties = { "x402.pay-to=0x70997970C51812dc3A010C7d01b50e0d17dc79C8" })
    static class Plain {

    }

    @WebMvcTest(controllers = OtherController.class)
    @AutoConfigureX402
    static class WithKit {

    }

}
