package io.github.x402spring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.NumberFormat;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.util.ClassUtils;

import io.github.x402spring.protocol.PaymentPayload;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMembers;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ArchitectureTests {

    private static final String ROOT = "io.github.x402spring";

    private static final String[] CORE = Stream.of(Layer.values())
        .filter(Layer::core)
        .flatMap((layer) -> Stream.of(layer.packages))
        .toArray(String[]::new);

    private static final String[] FRAMEWORKS = { "org.springframework..", "jakarta.servlet..", "org.web3j..",
            "io.micrometer.." };

    /** Source files of a package, {@code package-info} among them. */
    private static final long MAX_FILES = 30;

    private static final JavaClasses CLASSES = new ClassFileImporter()
        .withImportOption((location) -> location.contains("x402-spring-boot-autoconfigure"))
        .importPackages(ROOT);

    @Test
    void packagesWhenSlicedThenFreeOfCycles() {
        check(slices().assignedFrom(new Packages()).should().beFreeOfCycles());
    }

    @Test
    void coreWhenCompiledThenKnowsNoFramework() {
        check(noClasses().that(resideInAnyPackage(CORE)).should().dependOnClassesThat().resideInAnyPackage(FRAMEWORKS));
    }

    @Test
    void jacksonWhenUsedThenByTheCodecForSchemasAndThroughWeb3jOnly() {
        check(noClasses().that()
            .resideOutsideOfPackages(ROOT + ".codec", ROOT + ".facilitator.evm", ROOT + ".autoconfigure.discovery")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("tools.jackson.."));
    }

    @ParameterizedTest
    @EnumSource
    void layerWhenItImportsThenDownwardsOnly(Layer layer) {
        check(layer.importsDownwardsOnly());
    }

    @Test
    void layersWhenComparedWithThePackagesThenEveryPackageHasItsPlace() {
        String[] places = Stream.of(Layer.values())
            .flatMap((layer) -> Stream.of(layer.packages))
            .toArray(String[]::new);
        check(noClasses()
            .should(be(resideOutsideOfPackages(places).as("outside of the packages of DESIGN section 4"))));
    }

    @Test
    void packagesWhenComparedWithTheMapOfContributorsThenTheSame() throws IOException {
        String page = Files.readString(Path.of("../CONTRIBUTING.md"));
        String map = page.substring(page.indexOf("## Packages"), page.indexOf("## Words"));
        Stream<String> rows = map.lines().filter((line) -> line.startsWith("| `")).map((line) -> line.split("\\|")[1]);
        assertThat(rows.flatMap((row) -> Stream.of(row.split("·"))).map((name) -> name.strip().replace("`", "")))
            .containsExactlyInAnyOrderElementsOf(CLASSES.getPackage(ROOT)
                .getSubpackages()
                .stream()
                .map((javaPackage) -> javaPackage.getRelativeName())
                .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = { "webmvc", "security", "observation", "audit", "discovery" })
    void adapterWhenItImportsThenNoOtherAdapter(String adapter) {
        String[] others = Stream.of("webmvc", "security", "observation", "audit", "discovery")
            .filter((other) -> !other.equals(adapter))
            .map(Layer::tree)
            .toArray(String[]::new);
        check(noClasses().that()
            .resideInAPackage(Layer.tree(adapter))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(others));
    }

    @ParameterizedTest
    @ValueSource(strings = { "observation", "actuate", "console", "audit" })
    void collaboratorWhenHiddenInItsLeafThenImportsNoAdapterButItsOwn(String leaf) {
        String[] others = Stream.of("webmvc", "security", "observation", "audit")
            .filter((other) -> !other.equals(leaf))
            .map(Layer::tree)
            .toArray(String[]::new);
        check(noClasses().that()
            .resideInAPackage(Layer.tree("autoconfigure." + leaf))
            .and(not(wiring()))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(others));
    }

    private static DescribedPredicate<JavaClass> wiring() {
        return describe("wire beans", (javaClass) -> wires(javaClass)
                || javaClass.getEnclosingClass().map(ArchitectureTests::wires).orElse(false));
    }

    private static boolean wires(JavaClass javaClass) {
        return javaClass.isAnnotatedWith(AutoConfiguration.class);
    }

    @Test
    void transportWhenItImportsThenNothingOfOurs() {
        check(noClasses().that()
            .resideInAPackage(ROOT + ".transport")
            .should()
            .dependOnClassesThat(resideInAnyPackage(ROOT + "..").and(resideOutsideOfPackages(ROOT + ".transport"))));
    }

    @Test
    void httpCoreWhenUsedThenByTheTransportOnly() {
        check(noClasses().that()
            .resideOutsideOfPackage(ROOT + ".transport")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.hc..", "java.net.http.."));
    }

    @Test
    void autoconfigureWhenImportedThenByItselfOnly() {
        check(noClasses().that()
            .resideOutsideOfPackage(Layer.tree("autoconfigure"))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(Layer.tree("autoconfigure")));
    }

    @Test
    void httpWhenCompiledThenKnowsNoServer() {
        check(noClasses().that()
            .resideInAPackage(Layer.tree("http"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(FRAMEWORKS));
    }

    @Test
    void servletApiWhenNamedThenByAdaptersAndTheirWiringOnly() {
        check(noClasses().that()
            .resideOutsideOfPackages(Layer.tree("webmvc"), ROOT + ".security.web", Layer.tree("autoconfigure"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.servlet.."));
    }

    @Test
    void endpointWhenCompiledThenKnowsNoServer() {
        check(noClasses().that()
            .resideInAPackage(ROOT + ".endpoint")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.servlet..", "org.springframework.web.servlet..",
                    "org.springframework.security..", "org.web3j..", "io.micrometer.."));
    }

    @Test
    void gateWhenItHandlesAPaymentThenAsksForNoVersion() {
        check(noClasses().that()
            .resideInAnyPackage(ROOT + ".gate", ROOT + ".limit", ROOT + ".exchange")
            .should()
            .callMethod(PaymentPayload.class, "x402Version"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "gate", "audit", "observation", "ledger", "evm" })
    void wiringWhenItNeedsNoWebServerThenKnowsNone(String leaf) {
        check(noClasses().that()
            .resideInAPackage(Layer.tree("autoconfigure." + leaf))
            .should()
            .dependOnClassesThat(resideInAnyPackage("jakarta.servlet..", "org.springframework.web.servlet..",
                    Layer.tree("webmvc"), Layer.tree("autoconfigure.webmvc"))));
    }

    @Test
    void autoConfigurationsWhenDeclaredThenPublicAndFinalWithoutPublicMethods() {
        String annotation = "org.springframework.boot.autoconfigure.AutoConfiguration";
        check(classes().that().areAnnotatedWith(annotation).should().bePublic().andShould().haveModifier(FINAL));
        check(noMethods().that().areDeclaredInClassesThat().areAnnotatedWith(annotation).should().bePublic());
    }

    @Test
    void methodsWhenTheirBeanNeedsALibraryThenTheClassHasTheCondition() {
        check(noMethods().should()
            .beAnnotatedWith("org.springframework.boot.autoconfigure.condition.ConditionalOnClass"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "org.springframework.stereotype.Component", "org.springframework.stereotype.Service",
            "org.springframework.stereotype.Repository", "org.springframework.stereotype.Controller",
            "org.springframework.web.bind.annotation.RestController" })
    void classesWhenAnnotatedThenNotFoundByScanning(String annotation) {
        check(noClasses().should().beAnnotatedWith(annotation));
    }

    @ParameterizedTest
    @ValueSource(strings = { "org.springframework.beans.factory.annotation.Autowired", "jakarta.inject.Inject",
            "jakarta.annotation.Resource", "jakarta.annotation.PostConstruct" })
    void membersWhenAnnotatedThenNotInjected(String annotation) {
        check(noMembers().should().beAnnotatedWith(annotation));
    }

    @Test
    void classesWhenCountedThenTwoOfThreeHaveATestBeside() {
        List<JavaClass> classes = CLASSES.stream().filter(ArchitectureTests::hasAFile).toList();
        List<JavaClass> tested = classes.stream().filter(ArchitectureTests::hasATestBeside).toList();
        assertThat(tested).hasSizeGreaterThan(classes.size() * 2 / 3);
    }

    @ParameterizedTest
    @ValueSource(strings = { "security", "autoconfigure.actuate", "autoconfigure.security" })
    void classesWhenTheyOperateOrAuthorizeThenHaveATestBeside(String tree) {
        assertThat(CLASSES).filteredOn(resideInAPackage(Layer.tree(tree)))
            .filteredOn(ArchitectureTests::hasAFile)
            .filteredOn((javaClass) -> !javaClass.isInterface() && !javaClass.isAssignableTo(Throwable.class))
            .filteredOn((javaClass) -> !isListOfNames(javaClass))
            .isNotEmpty()
            .allSatisfy((javaClass) -> assertThat(hasATestBeside(javaClass)).as(javaClass.getName()).isTrue());
    }

    /** Tells whether a class is an enum without a method of its own. */
    private static boolean isListOfNames(JavaClass javaClass) {
        return javaClass.isEnum() && javaClass.getMethods()
            .stream()
            .allMatch((method) -> Set.of("values", "valueOf", "$values").contains(method.getName()));
    }

    private static boolean hasAFile(JavaClass javaClass) {
        return javaClass.isTopLevelClass() && !javaClass.getSimpleName().equals("package-info");
    }

    private static boolean hasATestBeside(JavaClass javaClass) {
        return ClassUtils.isPresent(javaClass.getName() + "Tests", ArchitectureTests.class.getClassLoader());
    }

    @Test
    void textWhenChangedOrFormattedThenUnderANamedLocale() {
        check(noClasses().should()
            .callMethod(String.class, "toLowerCase")
            .orShould()
            .callMethod(String.class, "toUpperCase")
            .orShould()
            .callMethod(String.class, "format", String.class, Object[].class)
            .orShould()
            .callMethod(String.class, "formatted", Object[].class)
            .orShould()
            .callMethod(DateTimeFormatter.class, "ofPattern", String.class)
            .orShould()
            .callMethod(NumberFormat.class, "getInstance")
            .orShould()
            .callConstructor(DecimalFormat.class, String.class));
    }

    @Test
    void packagesWhenTheyHaveClassesThenNullMarked() {
        List<JavaPackage> packages = Stream
            .concat(Stream.of(CLASSES.getPackage(ROOT)), CLASSES.getPackage(ROOT).getSubpackagesInTree().stream())
            .filter((javaPackage) -> !javaPackage.getClasses().isEmpty())
            .toList();
        assertThat(packages).hasSizeGreaterThan(8)
            .allSatisfy(
                    (javaPackage) -> assertThat(javaPackage.isAnnotatedWith(NullMarked.class)).as(javaPackage.getName())
                        .isTrue());
    }

    @Test
    void packagesWhenTheirFilesAreCountedThenNoMoreThanThirty() {
        Map<String, Long> files = CLASSES.stream()
            .filter(JavaClass::isTopLevelClass)
            .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
        assertThat(files).isNotEmpty()
            .allSatisfy((name, count) -> assertThat(count).as(name).isLessThanOrEqualTo(MAX_FILES));
    }

    @ParameterizedTest
    @EnumSource
    void layerWhenInTheCoreThenHasClasses(Layer layer) {
        if (layer.core()) {
            assertThat(layer.packages)
                .allSatisfy((name) -> assertThat(CLASSES.stream().filter(resideInAnyPackage(name))).isNotEmpty());
        }
    }

    @Test
    void layerWhenItImportsUpwardsThenTheRuleFails() {
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> noClasses().that()
            .resideInAnyPackage(Layer.GATE.packages)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(Layer.PORTS.packages)
            .check(CLASSES));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }

    /**
     * The packages of DESIGN section 4, from top to bottom.
     */
    enum Layer {

        WIRING(tree("autoconfigure")),

        ADAPTERS(tree("webmvc"), tree("security"), tree("observation"), tree("audit"), tree("discovery")),

        HTTP(tree("http")),

        IMPLEMENTATIONS(tree("facilitator.*"), ROOT + ".ledger.shared", tree("scheme.*"), tree("client"),
                tree("envelope")),

        TRANSPORT(ROOT + ".transport"),

        OPERATOR(ROOT + ".operator"),

        ENDPOINT(ROOT + ".endpoint"),

        GATE(ROOT + ".gate"),

        LIMIT(ROOT + ".limit"),

        EXCHANGE(ROOT + ".exchange"),

        BOOKS(ROOT + ".reconcile"),

        LEDGERS(ROOT + ".ledger.history", ROOT + ".ledger.memory"),

        PORTS(ROOT + ".decision", ROOT + ".ledger", ROOT + ".facilitator", ROOT + ".scheme"),

        WIRE(ROOT + ".codec", ROOT + ".asset"),

        API(ROOT),

        PROTOCOL(ROOT + ".protocol");

        private final String[] packages;

        Layer(String... packages) {
            this.packages = packages;
        }

        static String tree(String name) {
            return ROOT + "." + name + "..";
        }

        boolean core() {
            return compareTo(GATE) >= 0;
        }

        ArchRule importsDownwardsOnly() {
            String[] above = Stream.of(values())
                .filter((layer) -> layer.compareTo(this) < 0)
                .flatMap((layer) -> Stream.of(layer.packages))
                .toArray(String[]::new);
            DescribedPredicate<JavaClass> inLayer = resideInAnyPackage(this.packages);
            return noClasses().that(inLayer).should().dependOnClassesThat().resideInAnyPackage(above);
        }

    }

    private static final class Packages implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
            String name = javaClass.getPackageName();
            return (name.equals(ROOT) || name.startsWith(ROOT + ".")) ? SliceIdentifier.of(name)
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "packages of the library";
        }

    }

}
