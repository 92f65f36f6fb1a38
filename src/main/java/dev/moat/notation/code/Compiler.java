package dev.moat.notation.code;

import dev.moat.notation.core.EngineCode;
import dev.moat.notation.core.MachineNumbers;
import dev.moat.notation.core.NotedCode;
import dev.moat.notation.core.Program;
import dev.moat.notation.core.UnitCalls;
import dev.moat.state.Claim;
import dev.moat.state.Slots;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodTooLargeException;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Makes the class files of a program. */
final class Compiler {
    static final String SLOTS = Type.getInternalName(Slots.class);
    static final String UNITS = Type.getInternalName(UnitCalls.class);
    static final String CLAIM = Type.getInternalName(Claim.class);
    private static final String OBJECT = "java/lang/Object";
    private static final String STATE = "[J";
    private static final String NOTED = Type.getInternalName(NotedCode.class);
    /** What a piece is given besides the machine: what its numbers are, its code, the step that it is. */
    private static final String MADE_OF = Type.getDescriptor(MachineNumbers.class)
            + Type.getDescriptor(EngineCode.class)
            + Type.getDescriptor(Program.Step.class);

    /** How the engine runs a kind of code: the interface, its method, and the method's type. */
    private record Frame(String type, String method, String descriptor) {}

    private static final Map<EngineCode.Kind, Frame> FRAMES = Map.of(
            EngineCode.Kind.STEP, new Frame("dev/moat/model/StepCode", "run", "([JI)I"),
            EngineCode.Kind.START, new Frame("dev/moat/model/Operation$Start", "begin", "([JIIIIII)Z"),
            EngineCode.Kind.ACTION, new Frame("dev/moat/model/Guarded", "apply", "([JIIIII)Z"),
            EngineCode.Kind.FILTER, new Frame("dev/moat/model/Filter", "accepts", "(IIIII)Z"),
            EngineCode.Kind.RELATION, new Frame("dev/moat/state/RelationCode", "holds", "([JIIIII)Z"),
            EngineCode.Kind.ELEMENT, new Frame("dev/moat/notation/code/OfElement", "isSo", "([JIII)Z"),
            EngineCode.Kind.STATE, new Frame("dev/moat/notation/code/OfState", "holds", "([J)Z"),
            EngineCode.Kind.CHANGE, new Frame("dev/moat/notation/code/OfState", "change", "([J)V"),
            EngineCode.Kind.CLAIM, new Frame("dev/moat/model/ClaimCode", "say", "([J[JIIIIIL" + CLAIM + ";)V"));

    private final Program program;

    Compiler(Program program) {
        this.program = program;
    }

    String sharedName() {
        return Classes.PACKAGE + ".Machine";
    }

    static String shared(String field) {
        return Classes.PACKAGE.replace('.', '/') + "/Machine";
    }

    private String file() {
        String file = program.tree().source().file();
        return file.substring(file.lastIndexOf('/') + 1);
    }

    private ClassWriter writer(String name, String parent, String... interfaces) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES);
        writer.visit(
                Opcodes.V17,
                Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL | Opcodes.ACC_SUPER,
                name.replace('.', '/'),
                null,
                parent,
                interfaces);
        writer.visitSource(file(), null);
        return writer;
    }

    private byte[] done(ClassWriter writer, String what) {
        writer.visitEnd();
        try {
            return writer.toByteArray();
        } catch (MethodTooLargeException e) {
            throw program.tree().source().error(program.tree().items().get(0).at(), what + " is too large");
        }
    }

    // --- what all pieces share

    byte[] shared() {
        ClassWriter writer = writer(sharedName(), OBJECT);
        int families = program.families().size();
        int fixed = program.fixed().size();
        int access = Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL;
        for (int i = 0; i < families; i++) {
            writer.visitField(access, "f" + i, "L" + SLOTS + ";", null, null).visitEnd();
        }
        for (int i = 0; i < fixed; i++) {
            writer.visitField(access, "c" + i, "J", null, null).visitEnd();
        }
        writer.visitField(access, "counters", "L" + SLOTS + ";", null, null).visitEnd();
        writer.visitField(access, "units", "L" + UNITS + ";", null, null).visitEnd();
        constructor(writer, families, fixed);
        for (int i = 0; i < program.functions().size(); i++) {
            function(writer, i);
        }
        return done(writer, program.tree().id());
    }

    private void constructor(ClassWriter writer, int families, int fixed) {
        String owner = shared("");
        MethodVisitor m = writer.visitMethod(
                Opcodes.ACC_PUBLIC, "<init>", "([L" + SLOTS + ";[JL" + UNITS + ";L" + SLOTS + ";)V", null, null);
        m.visitCode();
        m.visitVarInsn(Opcodes.ALOAD, 0);
        m.visitMethodInsn(Opcodes.INVOKESPECIAL, OBJECT, "<init>", "()V", false);
        for (int i = 0; i < families; i++) {
            m.visitVarInsn(Opcodes.ALOAD, 0);
            m.visitVarInsn(Opcodes.ALOAD, 1);
            m.visitLdcInsn(i);
            m.visitInsn(Opcodes.AALOAD);
            m.visitFieldInsn(Opcodes.PUTFIELD, owner, "f" + i, "L" + SLOTS + ";");
        }
        for (int i = 0; i < fixed; i++) {
            m.visitVarInsn(Opcodes.ALOAD, 0);
            m.visitVarInsn(Opcodes.ALOAD, 2);
            m.visitLdcInsn(i);
            m.visitInsn(Opcodes.LALOAD);
            m.visitFieldInsn(Opcodes.PUTFIELD, owner, "c" + i, "J");
        }
        m.visitVarInsn(Opcodes.ALOAD, 0);
        m.visitVarInsn(Opcodes.ALOAD, 3);
        m.visitFieldInsn(Opcodes.PUTFIELD, owner, "units", "L" + UNITS + ";");
        m.visitVarInsn(Opcodes.ALOAD, 0);
        m.visitVarInsn(Opcodes.ALOAD, 4);
        m.visitFieldInsn(Opcodes.PUTFIELD, owner, "counters", "L" + SLOTS + ";");
        m.visitInsn(Opcodes.RETURN);
        m.visitMaxs(0, 0);
        m.visitEnd();
    }

    /** The type of a function's method: states, the CPU, arguments, for claims what they are added to. */
    static String descriptor(Program.Function f) {
        String arguments = "J".repeat(f.parameters());
        return switch (f.nature()) {
            case CLAIM -> "(" + STATE + STATE + "I" + arguments + "L" + CLAIM + ";)J";
            default -> "(" + STATE + "I" + arguments + ")" + (f.isTruth() ? "Z" : "J");
        };
    }

    private void function(ClassWriter writer, int number) {
        Program.Function f = program.functions().get(number);
        MethodVisitor m = writer.visitMethod(Opcodes.ACC_PUBLIC, "d" + number, descriptor(f), null, null);
        m.visitCode();
        boolean compares = f.nature() == Program.Nature.CLAIM;
        Emitter emitter = new Emitter(m, program, f.isTruth() ? Emitter.Ends.TRUTH : Emitter.Ends.NUMBER);
        int next = compares ? emitter.states(2, 1) : emitter.state(1);
        emitter.cpu(next++);
        next = emitter.numbers(next, f.parameters());
        if (compares) {
            emitter.claim(next++);
        }
        emitter.body(f.acts(), f.variables(), next);
        m.visitMaxs(0, 0);
        m.visitEnd();
    }

    // --- pieces

    byte[] piece(String name, EngineCode code, Object key) {
        Frame frame = FRAMES.get(code.kind());
        if (frame == null) {
            throw new IllegalStateException(code.kind().name());
        }
        ClassWriter writer = writer(name, NOTED, frame.type);
        String owner = name.replace('.', '/');
        String shared = "L" + shared("") + ";";
        writer.visitField(Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL, "machine", shared, null, null)
                .visitEnd();
        MethodVisitor m = writer.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "(" + shared + MADE_OF + ")V", null, null);
        m.visitCode();
        m.visitVarInsn(Opcodes.ALOAD, 0);
        m.visitVarInsn(Opcodes.ALOAD, 2);
        m.visitVarInsn(Opcodes.ALOAD, 3);
        m.visitVarInsn(Opcodes.ALOAD, 4);
        m.visitMethodInsn(Opcodes.INVOKESPECIAL, NOTED, "<init>", "(" + MADE_OF + ")V", false);
        m.visitVarInsn(Opcodes.ALOAD, 0);
        m.visitVarInsn(Opcodes.ALOAD, 1);
        m.visitFieldInsn(Opcodes.PUTFIELD, owner, "machine", shared);
        m.visitInsn(Opcodes.RETURN);
        m.visitMaxs(0, 0);
        m.visitEnd();
        m = writer.visitMethod(Opcodes.ACC_PUBLIC, frame.method, frame.descriptor, null, null);
        m.visitCode();
        body(m, owner, code, key instanceof Program.Step s ? s : null);
        m.visitMaxs(0, 0);
        m.visitEnd();
        return done(writer, code.name());
    }

    private void body(MethodVisitor m, String owner, EngineCode code, Program.@Nullable Step step) {
        Emitter.Ends ends = switch (code.kind()) {
            case STEP -> Emitter.Ends.OUTCOME;
            case ACTION -> Emitter.Ends.ENABLED;
            case CHANGE, CLAIM -> Emitter.Ends.NOTHING;
            default -> Emitter.Ends.TRUTH;
        };
        Emitter emitter = new Emitter(m, program, ends).of(owner, step);
        int parameters = code.parameters();
        int next = 1;
        switch (code.kind()) {
            case STEP -> {
                emitter.state(1);
                emitter.cpu(2);
                next = 3;
            }
            case START -> {
                emitter.state(1);
                emitter.cpu(2);
                emitter.elements(3, parameters);
                next = 8;
            }
            case ACTION, RELATION -> {
                emitter.state(1);
                emitter.elements(2, parameters);
                next = 7;
            }
            case FILTER -> {
                emitter.elements(1, parameters);
                next = 6;
            }
            case ELEMENT -> {
                emitter.state(1);
                emitter.elements(2, parameters);
                next = 5;
            }
            case STATE, CHANGE -> {
                emitter.state(1);
                next = 2;
            }
            case CLAIM -> {
                emitter.states(2, 1);
                emitter.cpu(3);
                emitter.elements(3, parameters);
                emitter.claim(8);
                next = 9;
            }
        }
        emitter.body(code.acts(), code.variables(), next);
    }
}
