import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsOptional,
  IsString,
  MaxLength,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { Type } from 'class-transformer';
import { methodNames, type Method } from '#libs/domain/methods';
import type { RecoveryReason } from '#libs/domain/recovery/recovery.events';

const reasons: RecoveryReason[] = ['forgot-password', 'account-locked'];

export class StartRecoveryBody {
  @ApiProperty({ example: 'cloud.user@contoso.example', maxLength: 256 })
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  username!: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  captchaId?: string;

  @ApiPropertyOptional({ maxLength: 128 })
  @IsOptional()
  @IsString()
  @MaxLength(128)
  captchaAnswer?: string;

  @ApiProperty({ enum: reasons })
  @IsIn(reasons)
  reason!: RecoveryReason;
}

export class IssueChallengeBody {
  @ApiProperty({ enum: methodNames })
  @IsIn(methodNames)
  method!: Method;

  @ApiPropertyOptional({ description: 'the full number or address behind the mask', maxLength: 256 })
  @IsOptional()
  @IsString()
  @MaxLength(256)
  contact?: string;
}

export class QuestionAnswer {
  @ApiProperty({ maxLength: 64 })
  @IsString()
  @MaxLength(64)
  questionId!: string;

  @ApiProperty({ maxLength: 256 })
  @IsString()
  @MaxLength(256)
  answer!: string;
}

export class AnswerChallengeBody {
  @ApiPropertyOptional({ example: '12345678', maxLength: 32 })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(32)
  code?: string;

  @ApiPropertyOptional({ type: [QuestionAnswer] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(5)
  @ValidateNested({ each: true })
  @Type(() => QuestionAnswer)
  answers?: QuestionAnswer[];
}

export class ResetPasswordBody {
  @ApiProperty({ maxLength: 1024, format: 'password' })
  @IsString()
  @MaxLength(1024)
  newPassword!: string;
}

export class WorkedBody {
  @ApiProperty()
  @IsBoolean()
  worked!: boolean;
}
