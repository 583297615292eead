package dev.sluice.conformance.contracts;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;

/** Ways to spoil an encoding. */
enum Mutation {
    /** One bit is another. */
    FLIP {
        @Override
        byte[] change(byte[] valid, Random random) {
            byte[] changed = valid.clone();
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            return changed;
        }
    },
    /** One byte is extreme: a length, perhaps. */
    EXTREME {
        @Override
        byte[] change(byte[] valid, Random random) {
            byte[] changed = valid.clone();
            byte[] extremes = {0, 1, 0x7f, (byte) 0x80, (byte) 0x84, (byte) 0x88, (byte) 0xff};
            changed[random.nextInt(Math.min(changed.length, 64))] = extremes[random.nextInt(extremes.length)];
            return changed;
        }
    },
    /** The end is missing. */
    TRUNCATE {
        @Override
        byte[] change(byte[] valid, Random random) {
            return Arrays.copyOf(valid, random.nextInt(valid.length));
        }
    },
    /** Some bytes come twice. */
    REPEAT {
        @Override
        byte[] change(byte[] valid, Random random) {
            int from = random.nextInt(valid.length);
            int to = from + random.nextInt(valid.length - from);
            ByteArrayOutputStream changed = new ByteArrayOutputStream();
            changed.write(valid, 0, to);
            changed.write(valid, from, valid.length - from);
            return changed.toByteArray();
        }
    },
    /** Some bytes are others. */
    OVERWRITE {
        @Override
        byte[] change(byte[] valid, Random random) {
            byte[] changed = valid.clone();
            byte[] others = new byte[1 + random.nextInt(8)];
            random.nextBytes(others);
            int at = random.nextInt(changed.length);
            System.arraycopy(others, 0, changed, at, Math.min(others.length, changed.length - at));
            return changed;
        }
    },
    /** Nothing is as it was. */
    NOISE {
        @Override
        byte[] change(byte[] valid, Random random) {
            byte[] changed = new byte[random.nextInt(200)];
            random.nextBytes(changed);
            return changed;
        }
    };

    abstract byte[] change(byte[] valid, Random random);

    /** One or several changes. */
    static byte[] of(byte[] valid, Random random) {
        byte[] changed = valid;
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count && changed.length > 0; i++) {
            changed = values()[random.nextInt(values().length)].change(changed, random);
        }
        return changed;
    }
}
