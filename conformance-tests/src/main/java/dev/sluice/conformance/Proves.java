package dev.sluice.conformance;

import dev.sluice.spi.TlsFeature;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import net.jqwik.api.AfterFailureMode;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/**
 * A property of the suite: a jqwik property that names the weaknesses whose absence it proves.
 *
 * <p>How often it is tried, and from which seed, follows from the {@linkplain Profile profile} of the run.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Property(afterFailure = AfterFailureMode.RANDOM_SEED)
@AddLifecycleHook(SuiteHook.class)
public @interface Proves {
    /**
     * The weaknesses that are absent if this holds.
     *
     * @return one or more
     */
    Weakness[] value();

    /**
     * How often it is tried in the full profile; others try less often.
     *
     * @return the tries
     */
    int tries() default 40;

    /**
     * What a backend must have declared for this to apply.
     *
     * @return the features, all of which are needed; none unless said otherwise
     */
    TlsFeature[] needs() default {};

    /**
     * Whether it takes so long that only the full profile has it.
     *
     * @return true if other profiles leave it out
     */
    boolean fullProfileOnly() default false;
}
