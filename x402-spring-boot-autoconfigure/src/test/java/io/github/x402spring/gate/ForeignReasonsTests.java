package io.github.x402spring.gate;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import io.github.x402spring.protocol.ReasonCode;

import static org.assertj.core.api.Assertions.assertThat;

class ForeignReasonsTests {

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    private final ForeignReasons reasons = new ForeignReasons();

    @BeforeEach
    void listen() {
        this.log.start();
        logger().addAppender(this.log);
    }

    @AfterEach
    void leave() {
        logger().detachAppender(this.log);
    }

    @Test
    void toldWhenTheProtocolHasTheReasonOrThereIsNoneThenAsItIsWithoutAWord() {
        assertThat(this.reasons.told(ReasonCode.EVM_SIGNATURE)).isEqualTo(ReasonCode.EVM_SIGNATURE);
        assertThat(this.reasons.told(null)).isNull();
        assertThat(this.reasons.told(ReasonCode.UNSPECIFIED)).isNull();
        assertThat(warnings()).isZero();
    }

    @Test
    void toldWhenItIsTheFacilitatorsOwnThenPayersAreNotToldAndTheOperatorIsOnce() {
        for (int i = 0; i < 3; i++) {
            assertThat(this.reasons.told(ReasonCode.of("sanctioned_region"))).isNull();
        }
        assertThat(warnings()).isOne();
    }

    @Test
    void toldWhenEachReasonIsAnotherThenWarningsEnd() {
        for (int i = 0; i < 200; i++) {
            assertThat(this.reasons.told(ReasonCode.of("reason_" + i))).isNull();
        }
        assertThat(warnings()).isEqualTo(64);
    }

    private long warnings() {
        return this.log.list.stream().filter((event) -> event.getLevel() == Level.WARN).count();
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(ForeignReasons.class);
    }

}
