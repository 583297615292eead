package dev.sluice.conformance.concurrency.explorer;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.SimpleRemapper;

/**
 * Loads the library and the scenarios a second time, the classes under test with the points at which threads are switched.
 *
 * <p>Limits: an exception that leaves a {@code synchronized} method does not give back its monitor, which shows as a
 * deadlock; the order of constructors' writes is not explored, since nobody else
 * may see what is not made yet; of collections and atomic variables those that the classes under test use have points.
 */
final class InstrumentingLoader extends ClassLoader {
    private static final String OWN = InstrumentingLoader.class.getPackageName() + ".";
    private static final String HOOKS = Type.getInternalName(Hooks.class);
    private static final int API = Opcodes.ASM9;

    private final Set<String> underTest;
    private final Fault fault;
    private final Map<String, String> replaced = new HashMap<>();
    /** Fields that never change, as owner and name; of classes that were looked at. */
    private final Map<String, Set<String>> finalFields = new HashMap<>();

    InstrumentingLoader(Set<String> underTest, Fault fault) {
        super(InstrumentingLoader.class.getClassLoader());
        this.underTest = underTest;
        this.fault = fault;
        replace("java/util/ArrayList", ExploredList.class);
        replace("java/util/HashMap", ExploredMap.class);
        replace("java/util/HashSet", ExploredSet.class);
        replace(
                "java/util/concurrent/locks/ReentrantLock",
                fault == Fault.LOCKS_ARE_OPEN ? OpenLock.class : ExploredLock.class);
        replace(
                "java/util/concurrent/atomic/AtomicBoolean",
                fault == Fault.COMPARE_AND_SET_IS_TORN ? ExploredBoolean.Torn.class : ExploredBoolean.class);
    }

    private void replace(String type, Class<?> by) {
        replaced.put(type, Type.getInternalName(by));
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith("dev.sluice.") || name.startsWith(OWN)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] bytes = isUnderTest(name) ? instrument(read(name)) : read(name);
        return defineClass(name, bytes, 0, bytes.length);
    }

    private boolean isUnderTest(String name) {
        int nested = name.indexOf('$');
        return underTest.contains(nested < 0 ? name : name.substring(0, nested)) || underTest.contains(name);
    }

    private byte[] read(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    private byte[] instrument(byte[] original) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        ClassVisitor remapped = new ClassRemapper(API, writer, new SimpleRemapper(API, replaced)) {};
        new ClassReader(original).accept(new Points(remapped), ClassReader.EXPAND_FRAMES);
        return writer.toByteArray();
    }

    /** Whether others may see the field change: not final, and of a class under test. */
    private boolean isShared(String owner, String field) {
        return isUnderTest(owner.replace('/', '.'))
                && !finalFields.computeIfAbsent(owner, this::finalFieldsOf).contains(field);
    }

    private Set<String> finalFieldsOf(String owner) {
        Set<String> names = new HashSet<>();
        try {
            ClassVisitor collecting = new ClassVisitor(API) {
                @Override
                public FieldVisitor visitField(int access, String name, String type, String signature, Object value) {
                    if ((access & Opcodes.ACC_FINAL) != 0) {
                        names.add(name);
                    }
                    return null;
                }
            };
            new ClassReader(read(owner.replace('/', '.'))).accept(collecting, ClassReader.SKIP_CODE);
        } catch (ClassNotFoundException e) {
            throw new AssertionError("a class whose field is used cannot be read", e);
        }
        return names;
    }

    private final class Points extends ClassVisitor {
        private String type = "";

        Points(ClassVisitor next) {
            super(API, next);
        }

        @Override
        public void visit(int version, int access, String name, String sign, String parent, String[] interfaces) {
            type = name;
            super.visit(version, access, name, sign, parent, interfaces);
        }

        @Override
        public MethodVisitor visitMethod(int access, String name, String types, String sign, String[] thrown) {
            boolean isSynchronized = (access & Opcodes.ACC_SYNCHRONIZED) != 0;
            MethodVisitor next = super.visitMethod(access & ~Opcodes.ACC_SYNCHRONIZED, name, types, sign, thrown);
            boolean makes = name.equals("<init>") || name.equals("<clinit>");
            MethodVisitor points = makes ? next : new FieldPoints(next);
            return isSynchronized ? new SynchronizedMethod(points, type, (access & Opcodes.ACC_STATIC) != 0) : points;
        }
    }

    /** A point before each access to a field that may change; monitors that the explorer knows of. */
    private final class FieldPoints extends MethodVisitor {
        FieldPoints(MethodVisitor next) {
            super(API, next);
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String name, String type) {
            if (isShared(owner, name)) {
                boolean writes = opcode == Opcodes.PUTFIELD || opcode == Opcodes.PUTSTATIC;
                boolean oneWord = Type.getType(type).getSize() == 1;
                if (opcode == Opcodes.GETFIELD && oneWord) {
                    visitInsn(Opcodes.DUP);
                } else if (opcode == Opcodes.PUTFIELD && oneWord) {
                    visitInsn(Opcodes.DUP2);
                    visitInsn(Opcodes.POP);
                } else {
                    // Static fields, and those of two words, below which the object lies too deep: the class stands for
                    // it.
                    visitLdcInsn(Type.getObjectType(owner));
                }
                String simple = owner.substring(Math.max(owner.lastIndexOf('/'), owner.lastIndexOf('$')) + 1);
                visitLdcInsn((writes ? "write " : "read ") + simple + "." + name);
                hook(writes ? "write" : "read", "(Ljava/lang/Object;Ljava/lang/String;)V");
            }
            super.visitFieldInsn(opcode, owner, name, type);
        }

        @Override
        public void visitInsn(int opcode) {
            if (opcode == Opcodes.MONITORENTER || opcode == Opcodes.MONITOREXIT) {
                hook(monitor(opcode == Opcodes.MONITORENTER), "(Ljava/lang/Object;)V");
            } else {
                super.visitInsn(opcode);
            }
        }

        private void hook(String name, String types) {
            visitMethodInsn(Opcodes.INVOKESTATIC, HOOKS, name, types, false);
        }
    }

    /** The hook for the start or the end of a synchronized block. */
    private String monitor(boolean starts) {
        if (fault == Fault.MONITORS_ARE_OPEN) {
            return starts ? "pass" : "leave";
        }
        return starts ? "enter" : "exit";
    }

    /** What the virtual machine does for a {@code synchronized} method, in plain sight. */
    private final class SynchronizedMethod extends MethodVisitor {
        private final String type;
        private final boolean isStatic;

        SynchronizedMethod(MethodVisitor next, String type, boolean isStatic) {
            super(API, next);
            this.type = type;
            this.isStatic = isStatic;
        }

        @Override
        public void visitCode() {
            super.visitCode();
            hook(monitor(true));
        }

        @Override
        public void visitInsn(int opcode) {
            if (opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
                hook(monitor(false));
            }
            super.visitInsn(opcode);
        }

        private void hook(String name) {
            if (isStatic) {
                super.visitLdcInsn(Type.getObjectType(type));
            } else {
                super.visitVarInsn(Opcodes.ALOAD, 0);
            }
            super.visitMethodInsn(Opcodes.INVOKESTATIC, HOOKS, name, "(Ljava/lang/Object;)V", false);
        }
    }
}
