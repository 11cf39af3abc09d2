package io.github.x402spring.autoconfigure.console;

import java.net.URI;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class HtmlTests {

    private final Html html = new Html();

    @Test
    void textWhenItLooksLikeMarkupThenIsText() {
        assertThat(this.html.element("p", "<script>alert('1')</script> & \"so on\"").document())
            .contains("<p>&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;so on&quot;</p>");
    }

    @Test
    void attributeWhenItLooksLikeMarkupThenStaysInItsQuotes() {
        assertThat(this.html.element("p", "", "title", "\"><img src=x onerror='1'>").document())
            .contains("<p title=\"&quot;&gt;&lt;img src=x onerror=&#39;1&#39;&gt;\"></p>");
    }

    @Test
    void textWhenItHasControlsOrTurnsDirectionThenTheyAreShownAsUnknown() {
        assertThat(this.html.element("p", "a\u0000b\u202Ec\u200Bd\u001Be").document())
            .contains("<p>a\uFFFDb\uFFFDc\uFFFDd\uFFFDe</p>");
    }

    @Test
    void textWhenOfAnyLanguageThenStays() {
        assertThat(this.html.element("p", "İstanbul 東京 \uD83D\uDE00").document())
            .contains("<p>İstanbul 東京 \uD83D\uDE00</p>");
    }

    @Test
    void openWhenElementHasNoContentThenEndsByItself() {
        this.html.open("input", "name", "a").open("rect", "x", "1").open("p");
        assertThat(this.html.document()).endsWith("<input name=\"a\"><rect x=\"1\"/><p></p>\n");
    }

    @Test
    void documentWhenElementsAreOpenThenClosesThem() {
        assertThat(this.html.open("div").open("p").text("a").document()).endsWith("<div><p>a</p></div>\n");
    }

    @ParameterizedTest
    @ValueSource(strings = { "https://example.com/tx/0x1", "http://localhost:4000/x" })
    void openAwayWhenItIsAWebPageThenItIsNotToldWhere(String address) {
        assertThat(this.html.openAway(URI.create(address)).text("a").close().document())
            .contains("<a href=\"" + address + "\" rel=\"noopener noreferrer\">a</a>");
    }

    @Test
    void openAwayWhenTheAddressLooksLikeMarkupThenStaysInItsQuotes() {
        assertThat(this.html.openAway(URI.create("https://example.com/'&x")).document())
            .contains("href=\"https://example.com/&#39;&amp;x\"");
    }

    @ParameterizedTest
    @ValueSource(strings = { "javascript:alert(1)", "data:text/html,a", "//example.com/", "/tx", "https:/tx",
            "https:tx", "ftp://example.com/", "file:///etc/passwd", "https://example.com@evil.example/",
            "mailto:a@example.com", "" })
    void openAwayWhenItIsNoWebPageThenRefused(String address) {
        assertThatIllegalArgumentException().isThrownBy(() -> this.html.openAway(URI.create(address)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "script", "style", "iframe", "base", "p onload", "p><x", "" })
    void openWhenElementIsNoneOfOursThenRefused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> this.html.open(name));
    }

    @ParameterizedTest
    @CsvSource({ "style, color:red", "onclick, alert(1)", "srcdoc, a", "href, javascript:alert(1)",
            "href, //example.com/", "href, https://example.com/", "src, data:text/html", "action, payments", "a b, c" })
    void attributeWhenItCouldRunOrLeadAwayThenRefused(String name, String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> this.html.open("a", name, value));
    }

}
